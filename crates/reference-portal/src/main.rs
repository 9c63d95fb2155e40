//! x
fn main() { let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap()); println!("{:?}", kabinet_reference_portal::demo::init(&dir, Default::default()).map(|_|())); }
