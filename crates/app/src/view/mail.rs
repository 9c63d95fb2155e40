use serde::{Deserialize, Serialize};
use specta::Type;

use super::{HoldView, Params, RetentionClass, SignatureView, Stage};

/// The box of Госпочта as far as it is known here. Nothing of it was fetched without somebody's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// Letters, newest first.
    pub letters: Vec<MailRow>,
    /// How many are known in all.
    pub total: u32,
    /// Ordered lists, newest first: those that are under way, and the last others.
    pub tasks: Vec<MailTaskView>,
    /// What the portal still takes today.
    pub budget: MailBudget,
    /// The portal refused whoever is signed in: neither head nor administrator.
    pub refused: bool,
    /// The earliest day a list can be ordered for, `2026-03-10`.
    pub earliest: String,
    /// The latest: today in Moscow.
    pub latest: String,
}

/// What the portal takes in a day of Moscow, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailBudget {
    /// Lists that can be ordered in a day.
    pub searches: u32,
    /// Of those left.
    pub searches_left: u32,
    /// Looks at ordered lists in a day.
    pub fetches: u32,
    /// Of those left.
    pub fetches_left: u32,
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailRow {
    /// Which.
    pub letter: LetterRef,
    /// Sender, in the portal's words.
    pub sender: String,
    /// Subject.
    pub subject: Option<String>,
    /// When it came, RFC 3339.
    pub created: String,
    /// Reading it.
    pub state: MailRowState,
    /// Who opened it from here, or tried to.
    pub who: Option<String>,
    /// When, RFC 3339.
    pub at: Option<String>,
}

/// Whether a letter was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum MailRowState {
    /// By nobody, as far as is known.
    Unopened,
    /// By somebody, elsewhere.
    OpenedElsewhere,
    /// From here; what is in it is kept.
    Opened,
    /// From here; what was in it was deleted here since. Its number stands in place of the subject.
    Deleted,
    /// Somebody tried, and whether it counts as opened is not known.
    Unknown,
}

/// What names a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterRef {
    /// The conversation.
    pub thread: String,
    /// The letter in it.
    pub message: String,
}

/// An ordered list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailTaskView {
    /// Its name at the portal.
    pub id: String,
    /// The day it looks through, `2026-03-10`, Moscow.
    pub day: String,
    /// When it was ordered, RFC 3339.
    pub ordered: String,
    /// By whom.
    pub who: String,
    /// `preparing`, `partial`, `taken`, `failed`, `gone`.
    pub state: String,
    /// When the portal was last asked, RFC 3339.
    pub looked: Option<String>,
    /// Letters in it, once that is known.
    pub total: Option<u32>,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailLetter {
    /// As in the list.
    pub row: MailRow,
    /// Its text, without anything that could be loaded or run; addresses of links stand below. Nothing before it was opened.
    pub text: Option<String>,
    /// Named values of the sender.
    pub params: Params,
    /// Its files.
    pub files: Vec<LetterFileView>,
    /// Its number, if the sender gave one.
    pub number: Option<String>,
    /// Documents of the archive that answer it, the newest first.
    pub answers: Vec<LetterAnswer>,
    /// How long it is kept; nothing before it was opened or after it was deleted, and while the administrator's rules cannot be read.
    pub keeping: Option<LetterKeeping>,
}

/// How long an opened letter is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterKeeping {
    /// The class of letters.
    pub class: RetentionClass,
    /// The first day it may be gone, `yyyy-mm-dd`.
    pub until: Option<String>,
    /// That day has come.
    pub ended: bool,
    /// What keeps it, whatever its term.
    pub hold: Option<HoldView>,
}

/// A document that answers a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterAnswer {
    /// Identity of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// How far it is.
    pub stage: Stage,
    /// It has a signature.
    pub signed: bool,
}

/// The letter a document answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// As in the list.
    pub row: MailRow,
    /// Its number, if the sender gave one.
    pub number: Option<String>,
}

/// An answer somebody wrote: it becomes a document with the addressee and the reference to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WrittenAnswer {
    /// Which letter.
    pub letter: LetterRef,
    /// What it says, paragraphs a line each.
    pub text: String,
}

/// Deleting what is in a letter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterDeletion {
    /// Which.
    pub letter: LetterRef,
    /// Why; the journal keeps it for ever.
    pub reason: String,
    /// Although its term has not ended.
    pub early: bool,
}

/// A file of a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterFileView {
    /// The portal's name of it.
    pub id: String,
    /// The sender's, made fit for a file.
    pub name: String,
    /// Octets as announced, or those that came.
    pub size: Option<f64>,
    /// The sender says that it is signed.
    pub signed: bool,
    /// It can be fetched.
    pub ready: bool,
    /// It is here.
    pub fetched: bool,
    /// Verdicts on its signature, with what the vault keeps.
    pub signatures: Vec<SignatureView>,
}

/// Opening a letter, with the word of the person that they know what follows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OpenLetter {
    /// Which.
    pub letter: LetterRef,
    /// They were told that it counts as delivered by that.
    pub understood: bool,
}

/// As what a letter is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum LetterForm {
    /// Its text.
    Txt,
    /// `Letters/Letter`, as integrations take Госпочта into 1С.
    Xml,
}

impl LetterForm {
    /// Ending of the file.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Xml => "xml",
        }
    }
}
