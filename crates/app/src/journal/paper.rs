//! The journal on paper: what was selected, whether it holds, the entries, and what proves them.

use kabinet_domain::Organisation;
use kabinet_store::{Actions, Checkpoint, JournalEntry, Page};
use kabinet_texts::Texts;
use time::{Duration, OffsetDateTime};

use super::checked;
use super::selection::{JournalSelection, sentence, who};
use crate::AppError;
use crate::journal::JournalError;
use crate::print::{self, Block, Paper, PdfError, readable};
use crate::state::Current;
use crate::view::{JournalCheck, JournalFault, JournalTopic, Verdict, day, moment};

/// Entries on paper at most: about seven hundred pages. More is for programs.
const PRINTED: u64 = 20_000;

/// What is printed.
struct Contents<'a> {
    organisation: &'a Organisation,
    selection: &'a JournalSelection,
    /// Oldest first.
    entries: Vec<JournalEntry>,
    check: JournalCheck,
    /// The last entry of the journal.
    last: Option<JournalEntry>,
    checkpoint: Option<Checkpoint>,
    made: OffsetDateTime,
}

/// The file, and how many entries stand in it.
///
/// # Errors
/// [`JournalError::TooLong`], [`JournalError::Pdf`]; failures of the vault.
pub(super) fn pdf(
    current: &Current,
    selection: &JournalSelection,
    texts: &Texts,
) -> Result<(Vec<u8>, u64), AppError> {
    let (store, journal) = (&current.store, current.store.journal());
    let (wanted, page) = (selection.judge(texts), Page::first(PRINTED));
    let found = journal.search(&selection.filter, &wanted, page, u64::MAX)?;
    if found.found > PRINTED {
        return Err(JournalError::TooLong {
            entries: found.found,
            limit: PRINTED,
        }
        .into());
    }
    let last = journal.count()?;
    let contents = Contents {
        organisation: &current.organisation,
        selection,
        entries: found.entries.into_iter().rev().collect(),
        check: checked(store, journal.verify()?)?,
        last: journal.numbered(last..=last)?.pop(),
        checkpoint: journal.last_checkpoint()?,
        made: OffsetDateTime::now_utc(),
    };
    let octets = printed(&contents, texts).map_err(JournalError::Pdf)?;
    Ok((octets, found.found))
}

fn printed(contents: &Contents<'_>, texts: &Texts) -> Result<Vec<u8>, PdfError> {
    let (words, organisation) = (Words { texts }, contents.organisation);
    let title = words.label("title");
    let name = format!("{title} — {}", readable(&organisation.name));
    let mut about = vec![
        (words.label("organisation"), organisation.name.clone()),
        (words.label("inn"), organisation.inn.clone()),
    ];
    about.extend(words.selected(contents.selection));
    about.extend([
        (words.label("count"), contents.entries.len().to_string()),
        (words.label("made"), words.exact(contents.made)),
        (
            words.label("program"),
            format!("Кабинет {}", env!("CARGO_PKG_VERSION")),
        ),
    ]);
    let mut blocks = vec![
        Block::Heading {
            level: 1,
            text: title,
        },
        words.verdict(&contents.check),
    ];
    blocks.extend(words.proven(&contents.check));
    blocks.extend([
        facts(about),
        words.table(&contents.entries, &contents.check),
        words.proof(contents),
    ]);
    let paper = Paper {
        name,
        blocks,
        made: Some(contents.made),
        boxes: words.label("boxes"),
        attachment: None,
    };
    print::pdf(paper, texts)
}

fn facts(facts: Vec<(String, String)>) -> Block {
    let readable = |(label, value): (String, String)| (readable(&label), readable(&value));
    Block::Facts {
        facts: facts.into_iter().map(readable).collect(),
        stand_out: false,
    }
}

struct Words<'a> {
    texts: &'a Texts,
}

impl Words<'_> {
    fn label(&self, name: &str) -> String {
        self.texts.plain(&format!("print.journal.{name}"))
    }

    fn number(&self, name: &str, seq: impl ToString) -> String {
        self.texts
            .text(&format!("print.journal.{name}"), [("seq", seq.to_string())])
    }

    /// To the second, in Moscow's time.
    fn exact(&self, at: OffsetDateTime) -> String {
        let time = exact(at);
        self.texts.text("verification.label.moment", [("time", time)])
    }

    fn verdict(&self, check: &JournalCheck) -> Block {
        let (verdict, text) = match (check.broken_at, check.fault) {
            (Some(seq), Some(fault)) => (Verdict::Invalid, fault_text(self.texts, fault, seq)),
            _ => (
                Verdict::Valid,
                self.texts.text(
                    "ui.journal.intact",
                    [("count", check.entries), ("formatted", check.entries)].map(text),
                ),
            ),
        };
        Block::Verdict {
            verdict,
            text: readable(&text),
        }
    }

    /// How far a broken journal is to be relied on, and what to do.
    fn proven(&self, check: &JournalCheck) -> Option<Block> {
        check.broken_at?;
        let proven = match check.proven {
            0 => self.texts.plain("ui.journal.provenNone"),
            seq => self.texts.text("ui.journal.proven", [("seq", seq.to_string())]),
        };
        let todo = self.texts.plain("ui.journal.brokenTodo");
        Some(Block::Paragraph(format!("{proven} {todo}")))
    }

    /// What the entries were selected by.
    fn selected(&self, selection: &JournalSelection) -> Vec<(String, String)> {
        let filter = &selection.filter;
        let mut selected = vec![(self.label("period"), self.period(filter.from, filter.until))];
        if let Some(topic) = self.topic(&filter.actions) {
            selected.push((self.label("topic"), topic));
        }
        if let Some(actor) = &filter.actor {
            let program = || self.texts.plain("ui.journal.program");
            let actor = Some(actor.clone()).filter(|actor| !actor.is_empty());
            selected.push((self.label("actor"), actor.unwrap_or_else(program)));
        }
        if selection.has_words() {
            selected.push((self.label("text"), selection.text.trim().to_owned()));
        }
        selected
    }

    fn period(&self, from: Option<OffsetDateTime>, until: Option<OffsetDateTime>) -> String {
        let whole_days = [from, until].into_iter().flatten().all(is_midnight);
        let said = |at: OffsetDateTime| if whole_days { day(at) } else { moment(at) };
        let from = from.map(|at| self.texts.text("print.journal.from", [("time", said(at))]));
        let until = until.map(|at| {
            // A day that is over at midnight is named itself.
            let (key, at) = if whole_days {
                ("to", at - Duration::DAY)
            } else {
                ("until", at)
            };
            self.texts
                .text(&format!("print.journal.{key}"), [("time", said(at))])
        });
        let parts: Vec<String> = from.into_iter().chain(until).collect();
        if parts.is_empty() {
            return self.label("always");
        }
        let time = parts.join(" ");
        self.texts.text("verification.label.moment", [("time", time)])
    }

    fn topic(&self, actions: &Actions) -> Option<String> {
        let topic = JournalTopic::ALL
            .into_iter()
            .find(|topic| topic.actions() == *actions);
        match (topic, actions) {
            (Some(topic), _) => Some(self.texts.plain(&format!("ui.journal.topics.{}", topic.code()))),
            (None, Actions::Any) => None,
            (None, Actions::Of(actions) | Actions::OtherThan(actions)) => Some(actions.join(", ")),
        }
    }

    fn table(&self, entries: &[JournalEntry], check: &JournalCheck) -> Block {
        if entries.is_empty() {
            return Block::Paragraph(self.label("none"));
        }
        let heads = ["seq", "at", "action", "actor"]
            .map(|name| self.texts.plain(&format!("ui.journal.columns.{name}")));
        let rows = entries.iter().map(|entry| {
            let cells = [
                entry.seq.to_string(),
                exact(entry.at),
                self.what(entry, check),
                who(entry, self.texts),
            ];
            cells.map(|cell| readable(&cell)).into()
        });
        Block::Table {
            caption: self.label("entries"),
            heads: heads.into(),
            rows: rows.collect(),
        }
    }

    /// What happened, to which document, and whether that is proven.
    fn what(&self, entry: &JournalEntry, check: &JournalCheck) -> String {
        let mut what = sentence(entry, self.texts);
        if let Some(document) = &entry.subject {
            what.push_str(
                &self
                    .texts
                    .text("print.journal.document", [("id", document.as_str())]),
            );
        }
        let mark = match check.broken_at {
            Some(seq) if u64::from(seq) == entry.seq => Some("broken"),
            Some(_) if entry.seq > u64::from(check.proven) => Some("unproven"),
            _ => None,
        };
        match mark {
            Some(mark) => format!("{} {what}", self.label(mark)),
            None => what,
        }
    }

    /// What others compare with an export or with a copy on paper.
    fn proof(&self, contents: &Contents<'_>) -> Block {
        let mut proof = Vec::new();
        if let Some(last) = &contents.last {
            proof.extend([
                (self.label("last"), self.number("number", last.seq)),
                (self.label("head"), hex::encode(last.hash)),
            ]);
        }
        let check = &contents.check;
        proof.push((self.label("checkpoints"), check.checkpoints.to_string()));
        if let Some(last) = &contents.checkpoint {
            let values = [("seq", last.seq.to_string()), ("time", exact(last.at))];
            proof.extend([
                (
                    self.label("checkpoint"),
                    self.texts.text("print.journal.checkpointValue", values),
                ),
                (self.label("signature"), hex::encode(last.signature)),
            ]);
        }
        proof.push((self.label("key"), check.public_key.clone()));
        Block::Section(vec![
            Block::Heading {
                level: 2,
                text: self.label("proof"),
            },
            Block::Paragraph(self.label("proofText")),
            facts(proof),
        ])
    }
}

fn text<T: ToString>((name, value): (&'static str, T)) -> (&'static str, String) {
    (name, value.to_string())
}

fn exact(at: OffsetDateTime) -> String {
    format!("{}:{:02}", moment(at), at.second())
}

fn is_midnight(at: OffsetDateTime) -> bool {
    at.to_offset(time::macros::offset!(+3)).time() == time::Time::MIDNIGHT
}

/// What is wrong with an entry, as a sentence.
fn fault_text(texts: &Texts, fault: JournalFault, seq: u32) -> String {
    let key = format!("ui.journal.fault.{}.what", fault.code());
    texts.text(&key, [("seq", seq.to_string())])
}

#[cfg(test)]
mod tests;
