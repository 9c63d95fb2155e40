//! The protocol as one HTML page. It has no script and asks for nothing from anywhere; the report lies in an inert data block.

use kabinet_texts::Texts;

use super::content::{self, class};
use crate::print::{Block, readable};
use crate::view::{Verdict, VerificationReport};

const STYLE: &str = include_str!("html.css");

/// The page.
#[must_use]
pub fn html(report: &VerificationReport, texts: &Texts) -> String {
    let mut page = Page { out: String::new() };
    page.raw(&format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{} — {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        texts.language().code(),
        escaped(&content::title(texts)),
        escaped(&readable(&report.file.name)),
    ));
    page.blocks(&content::blocks(report, texts, "verification.label.materialText"));
    // JSON whose every `<` is written as an escape cannot end the element it lies in.
    let json = serde_json::to_string(report)
        .unwrap_or_default()
        .replace('<', "\\u003c");
    page.raw(&format!(
        "<script type=\"application/json\" id=\"report\">{json}</script>\n</body>\n</html>\n"
    ));
    page.out
}

struct Page {
    out: String,
}

impl Page {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                self.raw(&format!("<h{level}>{}</h{level}>\n", escaped(text)));
            }
            Block::Verdict { verdict, text } => self.verdict(*verdict, text),
            Block::Facts { facts, stand_out } => self.facts(facts, *stand_out),
            Block::Remarks { label, remarks } => self.remarks(label, remarks),
            Block::Table { caption, heads, rows } => self.table(caption, heads, rows),
            Block::Paragraph(text) => self.raw(&format!("<p>{}</p>\n", escaped(text))),
            Block::Section(blocks) => {
                self.raw("<section>\n");
                self.blocks(blocks);
                self.raw("</section>\n");
            }
        }
    }

    fn verdict(&mut self, verdict: Verdict, text: &str) {
        let mark = match verdict {
            Verdict::Valid => "✓",
            Verdict::Unknown => "?",
            Verdict::Invalid => "✗",
        };
        self.raw(&format!(
            "<p class=\"verdict {}\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n",
            class(verdict),
            escaped(text)
        ));
    }

    fn facts(&mut self, facts: &[(String, String)], stand_out: bool) {
        self.raw(if stand_out {
            "<dl class=\"sentences\">\n"
        } else {
            "<dl>\n"
        });
        for (label, value) in facts {
            self.raw(&format!(
                "<dt>{}</dt><dd>{}</dd>\n",
                escaped(label),
                escaped(value)
            ));
        }
        self.raw("</dl>\n");
    }

    fn remarks(&mut self, label: &str, remarks: &[(String, String)]) {
        self.raw(&format!("<p>{}:</p>\n<ul>\n", escaped(label)));
        for (text, code) in remarks {
            self.raw(&format!(
                "<li>{} <code>{}</code></li>\n",
                escaped(text),
                escaped(code)
            ));
        }
        self.raw("</ul>\n");
    }

    fn table(&mut self, caption: &str, heads: &[String], rows: &[Vec<String>]) {
        self.raw(&format!(
            "<table>\n<caption>{}</caption>\n<thead><tr>",
            escaped(caption)
        ));
        for head in heads {
            self.raw(&format!("<th scope=\"col\">{}</th>", escaped(head)));
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for cell in row {
                self.raw(&format!("<td>{}</td>", escaped(cell)));
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }
}

/// Text as HTML text or as the value of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
