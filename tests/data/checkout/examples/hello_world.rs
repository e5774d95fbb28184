fn main() {
    let path = std::env::temp_dir().join(format!("hello-{}", std::process::id()));
    let file = std::fs::File::create(&path).expect("a scratch file");
    let sum = (0..20).fold(0_u64, |sum, round| sum ^ duroxide::ack_orchestration_item(&file, round));
    std::fs::remove_file(path).expect("the scratch file is ours");
    println!("hello {sum:x}");
}
