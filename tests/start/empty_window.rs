//! An empty window of the same toolkit: what a start costs before the program does anything. Peer of `start`.

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    let result = tauri::Builder::default()
        .setup(|app| {
            let page = WebviewUrl::External("about:blank".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .title("empty")
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = result {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
