//! Secrets from standard input and files, never from arguments or the environment.

use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kabinet_app::view::{SecretKind, SecretPrompt, SecretPurpose};
use kabinet_app::{AppError, Ask, AskFuture, RecoveryCode, Secret, ShowFuture, save_code};
use kabinet_texts::Texts;
use kabinet_token::{KeyFileError, Passphrase};
use zeroize::Zeroizing;

use crate::files;

/// Longest line taken for a secret, bytes.
const LIMIT: u64 = 4096;

/// Where a PIN comes from.
pub enum PinSource {
    /// The first line of standard input.
    Stdin,
    /// The first line of a file.
    File(PathBuf),
    /// Whoever sits at the terminal, without an echo.
    Terminal,
}

/// Answers the core's questions from the command line's sources. A PIN is given out as often as the core asks:
/// signing in and signing are two logins, and a wrong PIN ends the command at the first.
#[derive(Default)]
pub struct Given {
    pin: Option<Zeroizing<String>>,
    new_pin: Option<Zeroizing<String>>,
    is_at_terminal: bool,
    passphrase_file: Option<PathBuf>,
    /// Another one on purpose: who is told the passphrase of a file must not learn that of the vault.
    file_passphrase_file: Option<PathBuf>,
    new_passphrase_file: Option<PathBuf>,
    recovery_code_file: Option<PathBuf>,
    new_code: Option<NewCode>,
}

/// Where a new recovery code goes.
struct NewCode {
    target: PathBuf,
    outcome: Outcome,
}

/// Whether a new recovery code was written to its file; nothing before it was made.
pub type Outcome = Arc<Mutex<Option<Result<(), AppError>>>>;

impl Given {
    /// Reads the PIN at once, so that the content can follow it on standard input.
    pub fn new(pin_stdin: bool, passphrase_file: Option<PathBuf>) -> Result<Self, AppError> {
        let pin = if pin_stdin {
            Some(first_line(&mut io::stdin().lock())?)
        } else {
            None
        };
        Ok(Self {
            pin,
            passphrase_file,
            ..Self::default()
        })
    }

    /// With the file that opens the vault in the place of a passphrase.
    #[must_use]
    pub fn with_recovery_code(mut self, file: Option<PathBuf>) -> Self {
        self.recovery_code_file = file;
        self
    }

    /// With a file that says what the passphrase is to be from now on.
    pub fn with_new_passphrase(mut self, file: Option<&Path>) -> Result<Self, AppError> {
        if let Some(file) = file {
            // Named at once, and not taken for a cancelled question afterwards.
            files::open(file)?;
        }
        self.new_passphrase_file = file.map(Path::to_owned);
        Ok(self)
    }

    /// Writes a new recovery code to `target`, and what became of that to `outcome`.
    #[must_use]
    pub fn with_new_code(mut self, target: PathBuf, outcome: Outcome) -> Self {
        self.new_code = Some(NewCode { target, outcome });
        self
    }

    /// With the passphrase of a file that is handed over.
    pub fn with_file_passphrase(self, file: Option<PathBuf>) -> Self {
        Self {
            file_passphrase_file: file,
            ..self
        }
    }

    /// Reads what opens the token, PIN or PUK, and the new PIN behind it.
    pub fn with_new_pin() -> Result<Self, AppError> {
        let mut input = io::stdin().lock();
        Ok(Self {
            pin: Some(first_line(&mut input)?),
            new_pin: Some(first_line(&mut input)?),
            ..Self::default()
        })
    }

    /// Reads the PIN at once, unless a person has to be asked when the time comes.
    pub fn with_pin(source: PinSource) -> Result<Self, AppError> {
        let pin = match &source {
            PinSource::Stdin => Some(first_line(&mut io::stdin().lock())?),
            PinSource::File(path) => Some(first_line(&mut BufReader::new(files::open(path)?))?),
            PinSource::Terminal => None,
        };
        Ok(Self {
            pin,
            is_at_terminal: matches!(source, PinSource::Terminal) && io::stdin().is_terminal(),
            ..Self::default()
        })
    }
}

impl Ask for Given {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        Box::pin(async move {
            match prompt.kind {
                SecretKind::Pin if self.is_at_terminal => typed_pin(&prompt).await,
                SecretKind::Pin | SecretKind::Puk => given(&self.pin),
                SecretKind::NewPin => given(&self.new_pin),
                SecretKind::Passphrase | SecretKind::NewPassphrase
                    if matches!(prompt.purpose, SecretPurpose::HandOver | SecretPurpose::TakeOver) =>
                {
                    read(self.file_passphrase_file.as_deref())
                }
                SecretKind::Passphrase | SecretKind::KeyFile => read(self.passphrase_file.as_deref()),
                // The first passphrase of a vault is the one it is opened with; another one has a file of its own.
                SecretKind::NewPassphrase if prompt.purpose == SecretPurpose::CreateVault => {
                    read(self.passphrase_file.as_deref())
                }
                SecretKind::NewPassphrase => read(self.new_passphrase_file.as_deref()),
                SecretKind::RecoveryCode => read(self.recovery_code_file.as_deref()),
                // Shown, and never asked for.
                SecretKind::NewRecoveryCode => None,
                // What is confirmed at the portal is confirmed in the window.
                SecretKind::Factor | SecretKind::OneTimeCode | SecretKind::AccountPassword => None,
            }
        })
    }

    fn show_code<'a>(&'a self, prompt: SecretPrompt, code: &'a RecoveryCode) -> ShowFuture<'a> {
        Box::pin(async move {
            let Some(new) = &self.new_code else { return false };
            let written = save_code(&new.target, &code.expose(), prompt.language);
            let kept = written.is_ok();
            *new.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
            kept
        })
    }

    fn has_recovery_code(&self) -> bool {
        self.recovery_code_file.is_some()
    }

    fn confirms_last_try(&self) -> bool {
        false
    }
}

/// The first line of a secret's file.
fn read(path: Option<&Path>) -> Option<Secret> {
    let file = files::open(path?).ok()?;
    let line = first_line(&mut BufReader::new(file)).ok()?;
    Some(Secret::new(line.to_string()))
}

fn given(line: &Option<Zeroizing<String>>) -> Option<Secret> {
    line.as_ref().map(|line| Secret::new(line.to_string()))
}

/// Asks on the terminal; an empty line cancels.
async fn typed_pin(prompt: &SecretPrompt) -> Option<Secret> {
    let texts = Texts::new(prompt.language.into());
    let label = prompt.token_label.clone().unwrap_or_default();
    let question = texts.text("cli.pin", [("label", label)]);
    let typed = tokio::task::spawn_blocking(move || rpassword::prompt_password(question)).await;
    let pin = typed.ok()?.ok().filter(|pin| !pin.is_empty())?;
    Some(Secret::new(pin))
}

/// The first line without its end.
pub fn first_line(input: &mut dyn BufRead) -> Result<Zeroizing<String>, AppError> {
    let mut line = Zeroizing::new(String::with_capacity(LIMIT as usize));
    io::Read::take(input, LIMIT).read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

/// The passphrase of a key file: one line, at most 255 bytes.
pub fn passphrase(input: &mut dyn BufRead) -> Result<Passphrase, AppError> {
    Passphrase::from_reader(&mut { input }).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => KeyFileError::PassphraseUnsuitable.into(),
        _ => AppError::Io(error),
    })
}

/// The passphrase of a key file from the first line of another file.
pub fn passphrase_file(path: &Path) -> Result<Passphrase, AppError> {
    passphrase(&mut BufReader::new(files::open(path)?))
}
