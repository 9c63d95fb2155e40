//! Declares the commands, so that a window can call only what its capability names.

fn main() {
    let commands: Vec<&'static str> = include_str!("commands.txt")
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    println!("cargo:rerun-if-changed=src-tauri/commands.txt");
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .app_manifest(tauri_build::AppManifest::new().commands(Vec::leak(commands))),
    )
    .expect("tauri-build");
}
