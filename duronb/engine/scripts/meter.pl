# Write the CPU time of a workload to a file, 50 times a second, and the CPU times of the machine 5 times a second.
# Perl, since every Debian and Ubuntu has it, also in a container, and since it reads the clock of another process, which
# counts nanoseconds, without starting further processes.
# Parameters: FILE PARENT DEPTH
# The workload is the process PARENT for DEPTH 0, its first child for 1, the first child of that one for 2.
# Format: see duronb/ingest/counters.py.
use strict;
use warnings;
use POSIX ();

my ($file, $parent, $depth) = @ARGV;
my %numbers = (x86_64 => 228, aarch64 => 113, riscv64 => 113, s390x => 260, ppc64le => 246);
my $clock_gettime = $numbers{(POSIX::uname())[4]} or exit 0;
my $hz = POSIX::sysconf(POSIX::_SC_CLK_TCK()) || 100;
my ($realtime, $boottime) = (0, 7);
my ($every, $machine_every, $patience) = (0.02, 10, 3000);
# A reading of more seconds, and of three times the shortest one, was interrupted: its time may not be that of its values.
# It is repeated, then left out.
my ($longest, $shortest, $tries) = (0.005, 1e9, 5);
open(my $out, '>', $file) or die "$file: $!\n";
select((select($out), $| = 1)[0]);
print $out "duronb counters 1\n";

# Return the seconds of a clock; nothing if there is no such clock.
sub clock {
    my $id = $_[0] + 0;
    my $buffer = pack('qq', 0, 0);
    return if syscall($clock_gettime, $id, $buffer) != 0;
    my ($seconds, $nanoseconds) = unpack('qq', $buffer);
    return $seconds + $nanoseconds / 1e9;
}

sub content {
    open(my $in, '<', $_[0]) or return '';
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}

# Return the fields of /proc/PID/stat from the third on: the name before them may contain anything.
sub stat_fields {
    my $text = content("/proc/$_[0]/stat");
    return $text =~ /^.*\) (.*)$/s ? split(' ', $1) : ();
}

sub children { return split(' ', content("/proc/$_[0]/task/$_[0]/children")) }

# Return total, user and system seconds of a process, its waited children included. The clock is that of a process by its
# id, see clock_getcpuclockid(3).
sub used {
    my @fields = stat_fields($_[0]) or return;
    my $self = clock((-1 - $_[0]) * 8 | 2);
    return unless defined $self;
    my ($user, $system, $children_user, $children_system) = map { $_ / $hz } @fields[11 .. 14];
    return ($self + $children_user + $children_system, $user + $children_user, $system + $children_system);
}

my $root;
for (1 .. $patience) {
    exit 0 unless -d "/proc/$parent";
    my $found = $parent;
    for (1 .. $depth) { ($found) = children($found) if defined $found }
    last if defined($root = $found);
    select(undef, undef, undef, $every);
}
exit 0 unless defined $root;
my @begin = stat_fields($root) or exit 0;
my $born = $begin[19];
printf $out "%.6f 0 0 0\n", clock($realtime) - (clock($boottime) - $born / $hz);
for (my $number = 0; ; $number++) {
    my ($begin, $took, @used);
    for (1 .. $tries) {
        $begin = clock($realtime);
        # The waited children are read before the living ones: a child that ends meanwhile is missing once, not counted
        # twice.
        @used = used($root) or last;
        for my $child (children($root)) {
            my @more = used($child) or next;
            $used[$_] += $more[$_] for 0 .. 2;
        }
        $took = clock($realtime) - $begin;
        $shortest = $took if $took < $shortest;
        last if $took <= $longest || $took <= 3 * $shortest;
    }
    last unless @used;
    my $line = sprintf('%.6f %.6f %.2f %.2f', $begin + $took / 2, @used);
    if ($number % $machine_every == 0) {
        my (undef, @ticks) = split(' ', (split(/\n/, content('/proc/stat')))[0]);
        my $busy = 0;
        $busy += $_ for @ticks[0, 1, 2, 5, 6];
        $line .= sprintf(' %.2f %.2f', $busy / $hz, $ticks[7] / $hz) if defined $ticks[7];
        my @now = stat_fields($root) or last;
        # A process that has ended but was not waited for uses no more time.
        last if $now[19] != $born || $now[0] eq 'Z';
    }
    print $out "$line\n" if $took <= $longest || $took <= 3 * $shortest;
    select(undef, undef, undef, $every);
}
