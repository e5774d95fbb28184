//! Stands in for Duroxide where a test needs a checkout that builds in a second: work that a sampler can see.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Hash some bytes in user space, then write them, so that both user and kernel frames occur.
#[inline(never)]
pub fn ack_orchestration_item(file: &File, round: u64) -> u64 {
    let bytes = serialise(round);
    for offset in 0..4 {
        file.write_at(&bytes, offset * 4096).expect("the scratch file can be written");
    }
    bytes.iter().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)))
}

#[inline(never)]
fn serialise(round: u64) -> Vec<u8> {
    let mut state = round | 1;
    (0..65_536)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}
