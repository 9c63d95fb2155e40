//! `kabinet-softtoken`: makes, fills, plugs in and pulls out software tokens, and switches faults.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use kabinet_softtoken::{Import, Profile, StoreError, TokenDirectory, faults};
use zeroize::Zeroizing;

/// Provisions software PKCS#11 tokens. Secrets come from files; "-" is standard input.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// A token in its directory.
#[derive(clap::Args)]
struct Place {
    /// Directory of tokens
    #[arg(long)]
    dir: PathBuf,
    /// Serial number, letters and digits
    #[arg(long)]
    serial: String,
}

#[derive(Subcommand)]
enum Command {
    /// Make a token and plug it in
    Create {
        #[command(flatten)]
        place: Place,
        /// Token label
        #[arg(long)]
        label: String,
        /// Kind of token, or the model it is to report: "Rutoken ECP", …
        #[arg(long, default_value = "rutoken-ecp-3", long_help = models())]
        model: String,
        /// File with the user PIN
        #[arg(long)]
        pin_file: PathBuf,
        /// File with the administrator PIN
        #[arg(long)]
        so_pin_file: PathBuf,
        /// Wrong user PINs in a row until the lock
        #[arg(long)]
        tries: Option<u32>,
        /// Wrong administrator PINs in a row until the lock
        #[arg(long)]
        so_tries: Option<u32>,
        /// Ask for the PIN at each signature
        #[arg(long)]
        always_authenticate: bool,
        /// The PIN is entered on the reader (file "pin-pad" in the token's folder)
        #[arg(long)]
        pin_pad: bool,
        /// Each signature waits for a finger on the token (file "touch" in its folder; "no" in it refuses)
        #[arg(long)]
        touch: bool,
        /// How long the device waits for a person, seconds
        #[arg(long, default_value_t = 30)]
        patience: u64,
    },
    /// Bring a key and its certificate onto a token
    Import {
        #[command(flatten)]
        place: Place,
        /// File with the user PIN
        #[arg(long)]
        pin_file: PathBuf,
        /// GOST, RSA or P-256 key, PKCS#8, PEM or DER
        #[arg(long)]
        key: PathBuf,
        /// Certificate, PEM or DER
        #[arg(long)]
        cert: Option<PathBuf>,
        /// CKA_ID, hexadecimal
        #[arg(long)]
        id: String,
        /// CKA_LABEL
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Plug a token in
    Insert {
        #[command(flatten)]
        place: Place,
    },
    /// Pull a token out
    Remove {
        #[command(flatten)]
        place: Place,
    },
    /// Switch faults, e.g. C_Sign.delay=1500 C_Sign.rv=0x30 C_Sign.after=2 C_Login.crash=1 present.123=0
    Fault {
        /// Directory of tokens
        #[arg(long)]
        dir: PathBuf,
        /// Control file, if not "control" in the directory
        #[arg(long)]
        control: Option<PathBuf>,
        /// Drop all faults first
        #[arg(long)]
        clear: bool,
        /// Directives: FUNCTION.{delay,rv,crash,hang,wrong,remove,swap,count,garbage,other,after,times}=NUMBER,
        /// present.SERIAL=0|1
        directives: Vec<String>,
    },
    /// List the tokens
    List {
        /// Directory of tokens
        #[arg(long)]
        dir: PathBuf,
    },
}

fn models() -> String {
    let names: Vec<_> = Profile::names().collect();
    format!(
        "Kind of token, or the model it is to report. Kinds: {}",
        names.join(", ")
    )
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("--id: {0}")]
    Id(#[from] hex::FromHexError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut content = Zeroizing::new(Vec::new());
    let outcome = if path == Path::new("-") {
        io::stdin().read_to_end(&mut content)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut content))
    };
    outcome.map_err(|source| Failure::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(content)
}

/// A PIN is the file's content without the end of its line.
fn read_pin(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut pin = read(path)?;
    while pin.last().is_some_and(|octet| matches!(octet, b'\n' | b'\r')) {
        pin.pop();
    }
    Ok(pin)
}

fn list(dir: PathBuf) -> Result<(), Failure> {
    for token in TokenDirectory::new(dir).list()? {
        let state = if token.present { "present" } else { "removed" };
        let tries = token
            .user_tries_left
            .map_or_else(|| "-".to_owned(), |tries| tries.to_string());
        let profile = token.profile;
        println!(
            "{}\t{}\t{}\t{state}\tPIN tries {tries}\tobjects {}",
            profile.serial, profile.model, profile.label, token.objects
        );
    }
    Ok(())
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Create {
            place,
            label,
            model,
            pin_file,
            so_pin_file,
            tries,
            so_tries,
            always_authenticate,
            pin_pad,
            touch,
            patience,
        } => {
            let mut profile = Profile::of_model(&model, &place.serial, &label);
            profile.always_authenticate = always_authenticate;
            profile.protected_authentication_path = pin_pad;
            profile.touch = touch;
            profile.patience = patience.saturating_mul(1000);
            profile.max_tries = tries.unwrap_or(profile.max_tries);
            profile.max_so_tries = so_tries.unwrap_or(profile.max_so_tries);
            let (pin, so_pin) = (read_pin(&pin_file)?, read_pin(&so_pin_file)?);
            TokenDirectory::new(place.dir).create(profile, &pin, &so_pin)?;
        }
        Command::Import {
            place,
            pin_file,
            key,
            cert,
            id,
            label,
        } => {
            let certificate = cert.as_deref().map(read).transpose()?;
            let import = Import {
                key: &read(&key)?,
                certificate: certificate.as_ref().map(|content| content.as_slice()),
                id: &hex::decode(id)?,
                label: &label,
            };
            TokenDirectory::new(place.dir)
                .token(&place.serial)?
                .import(&read_pin(&pin_file)?, &import)?;
        }
        Command::Insert { place } => TokenDirectory::new(place.dir).token(&place.serial)?.insert()?,
        Command::Remove { place } => TokenDirectory::new(place.dir).token(&place.serial)?.remove()?,
        Command::Fault {
            dir,
            control,
            clear,
            directives,
        } => {
            faults::write(
                &control.unwrap_or_else(|| dir.join("control")),
                &directives,
                clear,
            )?;
        }
        Command::List { dir } => list(dir)?,
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("kabinet-softtoken: {failure}");
            ExitCode::FAILURE
        }
    }
}
