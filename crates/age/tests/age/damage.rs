//! Files that were cut, changed or extended, and keys that do not fit.

use std::io::{self, Read, Write};
use std::slice;

use kabinet_age::{AgeError, Damage, HEADER_MAX, Identity, Key, Recipient, Recipients, decrypt, encrypt};

use crate::common::{decrypted, decrypted_by, encrypted, passphrase};

const CHUNK: usize = 64 * 1024;

fn small() -> (Identity, Vec<u8>) {
    let identity = Identity::random().unwrap();
    let file = encrypted("Декларация за квартал".as_bytes(), &[identity.recipient()]);
    (identity, file)
}

#[test]
fn cut_anywhere_it_is_an_error_and_nothing_comes_out() {
    let (identity, file) = small();
    assert_eq!(decrypted_by(&file, &identity).1, None);
    for length in 0..file.len() {
        let (content, error) = decrypted_by(&file[..length], &identity);
        let expected = match length {
            0..19 => error == Some(AgeError::NotAge),
            _ => matches!(error, Some(AgeError::Damaged(_))),
        };
        assert!(expected, "cut to {length}: {error:?}");
        assert!(content.is_empty(), "cut to {length}");
    }
}

#[test]
fn any_changed_bit_is_an_error_and_nothing_comes_out() {
    let (identity, file) = small();
    for position in 0..file.len() {
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[position] ^= 1 << bit;
            let (content, error) = decrypted_by(&changed, &identity);
            assert!(error.is_some(), "octet {position}, bit {bit}");
            assert!(content.is_empty(), "octet {position}, bit {bit}");
        }
    }
}

#[test]
fn anything_behind_the_end_is_an_error() {
    let (identity, mut file) = small();
    file.push(0);
    assert_eq!(
        decrypted_by(&file, &identity).1,
        Some(AgeError::Damaged(Damage::Payload))
    );
}

#[test]
fn of_a_long_file_only_sound_chunks_before_the_damage_come_out() {
    let identity = Identity::random().unwrap();
    let content: Vec<u8> = (0..3 * CHUNK).map(|at| (at / 251) as u8).collect();
    let file = encrypted(&content, &[identity.recipient()]);
    let payload = file.len() - 3 * (CHUNK + 16);
    let chunk = |at: usize| payload + at * (CHUNK + 16);

    for (at, sound) in [
        (chunk(0), 0),
        (chunk(1) - 1, 0),
        (chunk(1), 1),
        (chunk(2) - 1, 1),
        (chunk(2), 2),
        (chunk(3) - 1, 2),
    ] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let (given, error) = decrypted_by(&changed, &identity);
        assert_eq!(error, Some(AgeError::Damaged(Damage::Payload)), "octet {at}");
        assert!(given == content[..sound * CHUNK], "octet {at}");
    }
    for (length, sound, damage) in [
        (chunk(0), 0, Damage::Truncated),
        (chunk(1), 1, Damage::Truncated),
        (chunk(1) + 15, 1, Damage::Truncated),
        (chunk(1) + 16, 1, Damage::Payload),
        (chunk(2), 2, Damage::Truncated),
        (chunk(3) - 1, 2, Damage::Payload),
    ] {
        let (given, error) = decrypted_by(&file[..length], &identity);
        assert_eq!(error, Some(AgeError::Damaged(damage)), "cut to {length}");
        assert!(given == content[..sound * CHUNK], "cut to {length}");
    }
    let swapped = [
        &file[..payload],
        &file[chunk(1)..chunk(2)],
        &file[payload..chunk(1)],
        &file[chunk(2)..],
    ]
    .concat();
    let (given, error) = decrypted_by(&swapped, &identity);
    assert_eq!(error, Some(AgeError::Damaged(Damage::Payload)));
    assert!(given.is_empty());
}

#[test]
fn an_error_stays() {
    let (identity, mut file) = small();
    *file.last_mut().unwrap() ^= 1;
    let mut reader = decrypt(&*file, &Key::Identities(slice::from_ref(&identity))).unwrap();
    for _ in 0..3 {
        let error = reader.read(&mut [0; 8]).unwrap_err();
        assert_eq!(AgeError::from(error), AgeError::Damaged(Damage::Payload));
    }
}

#[test]
fn a_file_without_its_last_chunk_is_not_readable() {
    let identity = Identity::random().unwrap();
    let mut file = Vec::new();
    let mut writer = encrypt(&Recipients::Addresses(&[identity.recipient()]), &mut file).unwrap();
    writer.write_all(&vec![1; CHUNK + 1]).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let (content, error) = decrypted_by(&file, &identity);
    assert_eq!(content.len(), CHUNK);
    assert_eq!(error, Some(AgeError::Damaged(Damage::Truncated)));
}

#[test]
fn a_file_for_somebody_else_does_not_open() {
    let (_, file) = small();
    assert_eq!(
        decrypted_by(&file, &Identity::random().unwrap()).1,
        Some(AgeError::NoMatch)
    );
    assert_eq!(decrypted(&file, &Key::Identities(&[])).1, Some(AgeError::NoMatch));
    let text = passphrase("двенадцать стульев");
    let (content, error) = decrypted(&file, &Key::Passphrase((&text).into()));
    assert_eq!((content.len(), error), (0, Some(AgeError::NoMatch)));
}

#[test]
fn a_passphrase_file_opens_by_its_passphrase_alone() {
    let text = passphrase("двенадцать стульев");
    let mut writer = encrypt(&Recipients::Passphrase((&text).into()), Vec::new()).unwrap();
    writer.write_all(b"report").unwrap();
    let file = writer.finish().unwrap();

    let (content, error) = decrypted(&file, &Key::Passphrase((&text).into()));
    assert_eq!((&*content, error), (&b"report"[..], None));
    let wrong = passphrase("двенадцать стульев ");
    assert_eq!(
        decrypted(&file, &Key::Passphrase((&wrong).into())).1,
        Some(AgeError::WrongPassphrase)
    );
    assert_eq!(
        decrypted_by(&file, &Identity::random().unwrap()).1,
        Some(AgeError::PassphraseNeeded)
    );
}

#[test]
fn other_files_are_told_from_damaged_ones() {
    let identity = Identity::random().unwrap();
    let mut noise = vec![0; 4 * HEADER_MAX];
    getrandom::fill(&mut noise).unwrap();
    for (file, expected) in [
        (&b""[..], AgeError::NotAge),
        (b"age-encryption.org", AgeError::NotAge),
        (b"%PDF-1.7\n", AgeError::NotAge),
        (&noise, AgeError::NotAge),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", AgeError::Armored),
        (b"age-encryption.org/v2\n\x00", AgeError::NewerVersion),
        (b"age-encryption.org/v1\r\n", AgeError::Damaged(Damage::Header)),
        (b"age-encryption.org/\n", AgeError::Damaged(Damage::Header)),
    ] {
        assert_eq!(decrypted_by(file, &identity).1, Some(expected));
    }
}

/// Says how much was read of it.
struct Endless<'a>(&'a [u8], &'a mut usize);

impl Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for (octet, next) in out
            .iter_mut()
            .zip(self.0.iter().cycle().skip(*self.1 % self.0.len()))
        {
            *octet = *next;
        }
        *self.1 += out.len();
        Ok(out.len())
    }
}

#[test]
fn a_header_without_end_is_given_up() {
    let identity = Identity::random().unwrap();
    // Stanzas, arguments of one stanza, one argument.
    for endless in ["-> a\n\n", "a ", "a"] {
        let mut read = 0;
        let file = "age-encryption.org/v1\n-> a ".as_bytes();
        let source = file.chain(Endless(endless.as_bytes(), &mut read));
        let opened = decrypt(source, &Key::Identities(slice::from_ref(&identity)));
        assert_eq!(opened.err(), Some(AgeError::HeaderTooLarge), "{endless:?}");
        assert!(read < 2 * HEADER_MAX, "{read} octets");
    }
}

#[test]
fn a_header_is_not_written_larger_than_it_is_read() {
    let identity = Identity::random().unwrap();
    let many = vec![identity.recipient(); 600];
    let file = encrypted(b"report", &many);
    assert_eq!(decrypted_by(&file, &identity), (b"report".to_vec(), None));
    let too_many = vec![identity.recipient(); 700];
    let refused = encrypt(&Recipients::Addresses(&too_many), Vec::new());
    assert_eq!(refused.err(), Some(AgeError::HeaderTooLarge));
    let nobody = encrypt(&Recipients::Addresses(&[]), Vec::new());
    assert_eq!(nobody.err(), Some(AgeError::NoRecipients));
}

#[test]
fn a_mistyped_address_is_refused() {
    let address = Identity::random().unwrap().recipient().to_string();
    assert!(address.parse::<Recipient>().is_ok());
    for at in 0..address.len() {
        let mut changed = address.clone().into_bytes();
        changed[at] = if changed[at] == b'q' { b'p' } else { b'q' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            changed.parse::<Recipient>(),
            Err(AgeError::NotRecipient),
            "{changed}"
        );
    }
    for text in [
        "",
        "age1",
        // Mixed case, a secret, another kind of recipient (of the specification), a Bitcoin address.
        &address.replacen('a', "A", 1),
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
        "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN",
    ] {
        assert_eq!(text.parse::<Recipient>(), Err(AgeError::NotRecipient), "{text}");
    }
}

/// Takes as many octets as it has room for, refuses once, and has room again.
struct Disk(usize);

impl Write for Disk {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            self.0 = usize::MAX;
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = data.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_reported_and_nothing_is_written_after_it() {
    let recipient = Identity::random().unwrap().recipient();
    let to = Recipients::Addresses(slice::from_ref(&recipient));
    assert_eq!(
        encrypt(&to, Disk(10)).err(),
        Some(AgeError::Io(io::ErrorKind::StorageFull))
    );
    let mut writer = encrypt(&to, Disk(1000)).unwrap();
    let error = writer.write_all(&vec![0; 2 * CHUNK]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert!(writer.write_all(b"more").is_err());
    assert_eq!(writer.write(b"").unwrap(), 0);
    assert!(matches!(writer.finish().err(), Some(AgeError::Io(_))));

    let mut writer = encrypt(&to, Disk(1000)).unwrap();
    writer.write_all(&vec![0; CHUNK]).unwrap();
    assert_eq!(
        writer.finish().err(),
        Some(AgeError::Io(io::ErrorKind::StorageFull))
    );
}
