//! What the browser shows when the answer has come.

use kabinet_portal::esia::Pages;
use kabinet_texts::Texts;

/// The three pages in the language of the program.
pub(super) fn pages(texts: &Texts) -> Pages {
    let page = |name: &str| {
        let text = |part: &str| escaped(&texts.plain(&format!("esiaPages.{name}.{part}")));
        format!(
            "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p>{body}</p></main></body></html>",
            lang = texts.language().code(),
            title = text("title"),
            body = text("text"),
        )
    };
    Pages {
        done: page("done"),
        refused: page("refused"),
        foreign: page("foreign"),
    }
}

const STYLE: &str = "html{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}\
    body{margin:0;min-height:100vh;display:grid;place-items:center}main{max-width:32rem;padding:2rem}\
    h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:0}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use kabinet_texts::Language;

    use super::*;

    #[test]
    fn every_page_has_its_texts() {
        for language in Language::ALL {
            let pages = pages(&Texts::new(language));
            for page in [&pages.done, &pages.refused, &pages.foreign] {
                assert!(!page.contains("esiaPages"), "{page}");
            }
        }
    }
}
