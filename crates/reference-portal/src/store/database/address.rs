//! Where a database of PostgreSQL is.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use postgres::config::Host;
use thiserror::Error;
use zeroize::Zeroizing;

/// The address of a database of PostgreSQL on this computer, `postgres://role@127.0.0.1:5432/portal` or
/// `postgres:///portal?host=/run/postgresql`.
#[derive(Clone, Debug)]
pub struct DatabaseAddress(pub(super) postgres::Config);

/// Why an address is not taken.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It does not begin with `postgres://` or `postgresql://`.
    #[error("a database address begins with postgres://")]
    Scheme,
    /// It does not parse.
    #[error("the database address cannot be read")]
    Unreadable(#[source] postgres::Error),
    /// It leads to another computer, and the connection is not encrypted.
    #[error("the database must be on this computer (a unix socket or a loopback address)")]
    NotLocal,
    /// It names no database.
    #[error("the database address names no database")]
    NoDatabase,
    /// Whoever lists the processes would read it.
    #[error("a password does not belong into the address: give its file with --database-password-file")]
    Password,
    /// The file of the password cannot be read.
    #[error("file of the database's password")]
    PasswordFile(#[source] io::Error),
}

impl DatabaseAddress {
    /// Reads an address; the password, if the server wants one, is the first line of a file.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn read(url: &str, password_file: Option<&Path>) -> Result<Self, AddressError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(AddressError::Scheme);
        }
        let mut config: postgres::Config = url.parse().map_err(AddressError::Unreadable)?;
        if config.get_password().is_some() {
            return Err(AddressError::Password);
        }
        let is_local = |host: &Host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
            }
        };
        let hosts = config.get_hosts();
        let leads_away = config
            .get_hostaddrs()
            .iter()
            .any(|address| !address.is_loopback());
        if hosts.is_empty() || !hosts.iter().all(is_local) || leads_away {
            return Err(AddressError::NotLocal);
        }
        if config.get_dbname().is_none() {
            return Err(AddressError::NoDatabase);
        }
        if let Some(file) = password_file {
            let text = Zeroizing::new(fs::read_to_string(file).map_err(AddressError::PasswordFile)?);
            config.password(text.lines().next().unwrap_or_default());
        }
        config
            .application_name("kabinet-reference-portal")
            .connect_timeout(Duration::from_secs(10));
        Ok(Self(config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_away_or_holds_a_password_is_refused() {
        let read = |url| DatabaseAddress::read(url, None).map(drop);
        assert!(read("postgres://portal@127.0.0.1:5432/portal").is_ok());
        assert!(read("postgresql:///portal?host=/run/postgresql&user=portal").is_ok());
        assert!(matches!(
            read("postgres://portal@192.0.2.7/portal"),
            Err(AddressError::NotLocal)
        ));
        assert!(matches!(
            read("postgres://portal@localhost/portal?hostaddr=192.0.2.7"),
            Err(AddressError::NotLocal)
        ));
        assert!(matches!(
            read("postgres://portal:secret@localhost/portal"),
            Err(AddressError::Password)
        ));
        assert!(matches!(
            read("postgres://portal@localhost"),
            Err(AddressError::NoDatabase)
        ));
        assert!(matches!(
            read("mysql://localhost/portal"),
            Err(AddressError::Scheme)
        ));
    }
}
