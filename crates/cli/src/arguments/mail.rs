//! Госпочта.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kabinet_app::view::LetterForm;

use super::Rows;

#[derive(Args)]
pub struct Mail {
    /// Certificate to sign in with, where the portal has to be asked; by default a sign-in that goes on.
    #[arg(long, global = true)]
    pub cert: Option<String>,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long, global = true)]
    pub module: Vec<PathBuf>,
    /// Read the PIN from the first line of standard input.
    #[arg(long, global = true)]
    pub pin_stdin: bool,
    #[command(subcommand)]
    pub action: MailAction,
}

#[derive(Subcommand)]
pub enum MailAction {
    /// List the letters and the ordered lists that are known here. Asks the portal nothing.
    List {
        #[command(flatten)]
        rows: Rows,
    },
    /// Order the list of letters for each of these days, all or none. The portal takes 5 a day from an organisation. Opens nothing.
    Request {
        /// Days of Moscow, 2026-03-10, at most 30 ago.
        #[arg(required = true)]
        days: Vec<String>,
    },
    /// Look whether ordered lists are ready and take them in. The portal takes 15 looks a day from an organisation. Opens nothing.
    /// Exit code 2 while one of them is not ready.
    Results {
        /// Ids of ordered lists; by default all that are under way.
        lists: Vec<String>,
    },
    /// Open one letter. What is in it COUNTS AS DELIVERED to the organisation from that moment, and terms begin (ПП РФ 606/2016,
    /// 947/2021); it cannot be taken back. The journal keeps who did it. A letter that is here already is only shown.
    Open {
        /// Id of the letter, `message` in the list. There is no way to open several.
        letter: String,
        /// You know that the letter counts as delivered by this. Without it nothing is opened.
        #[arg(long)]
        i_understand_delivery: bool,
    },
    /// Write an opened letter into a file, or one of its files with the signature beside it, which is fetched if it is not here.
    Save {
        /// Id of the letter.
        letter: String,
        /// The file; one that is there is replaced.
        #[arg(short, long)]
        out: PathBuf,
        /// Form of the letter.
        #[arg(long, value_enum, default_value = "txt", conflicts_with = "file")]
        format: MailFile,
        /// Id of a file of the letter instead of the letter.
        #[arg(long, value_name = "ID")]
        file: Option<String>,
    },
    /// Delete what is in an opened letter, with its files. Its sender, number and date stay. Backups hold it until they are thinned
    /// out. At the portal it stays.
    Delete {
        /// Id of the letter.
        letter: String,
        /// Why; the journal keeps it for ever.
        #[arg(long)]
        reason: String,
        /// Although its term of keeping has not ended, or is not known.
        #[arg(long)]
        before_term: bool,
    },
    /// Hold an opened letter while an audit or a dispute lasts: it cannot be deleted until it is released.
    Hold {
        /// Id of the letter.
        letter: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Release a letter that was held.
    Release {
        /// Id of the letter.
        letter: String,
    },
    /// Take files in as the answer to an opened letter. Nothing is sent: no published service of API ЕПГУ takes an answer.
    Answer {
        /// Id of the letter.
        letter: String,
        /// Files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum MailFile {
    /// Its text.
    Txt,
    /// As integrations take Госпочта into 1С.
    Xml,
}

impl From<MailFile> for LetterForm {
    fn from(form: MailFile) -> Self {
        match form {
            MailFile::Txt => Self::Txt,
            MailFile::Xml => Self::Xml,
        }
    }
}
