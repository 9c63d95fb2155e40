//! Contents of any length, written and read in pieces of any size.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::slice;
use std::thread;

use kabinet_age::{AgeError, Damage, Identity, Key, Recipients, decrypt, encrypt};
use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest, Sha256};

use crate::common::{decrypted_by, encrypted};

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at ^ (at >> 8)) as u8).collect()
}

#[test]
fn contents_around_the_borders_of_chunks_come_back() {
    let identity = Identity::random().unwrap();
    let empty = encrypted(b"", &[identity.recipient()]).len();
    for length in [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        2 * CHUNK - 1,
        2 * CHUNK,
        2 * CHUNK + 1,
    ] {
        let content = content(length);
        let file = encrypted(&content, &[identity.recipient()]);
        // A tag for each chunk, and one chunk in an empty file.
        let tags = length.div_ceil(CHUNK).max(1) * TAG;
        assert_eq!(file.len(), empty - TAG + length + tags, "{length}");
        assert!(decrypted_by(&file, &identity) == (content, None), "{length}");
    }
}

#[test]
fn two_files_of_the_same_have_nothing_in_common() {
    let identity = Identity::random().unwrap();
    let [one, other] = [(); 2].map(|()| encrypted(b"report", &[identity.recipient()]));
    let lines = |file: &[u8]| {
        String::from_utf8_lossy(file)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, other) = (lines(&one), lines(&other));
    assert_eq!(one[0], other[0]);
    for (one, other) in one.iter().zip(&other).skip(1) {
        assert_ne!(one, other);
    }
}

/// Gives a few octets at a time, and is interrupted before each.
struct Slow<'a> {
    from: &'a [u8],
    step: usize,
    interrupted: bool,
}

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let step = self.step.min(out.len());
        self.from.read(&mut out[..step])
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pieces_do_not_matter(
        chunks in 0..3_usize,
        beside in -40..40_isize,
        write in select(vec![1, 7, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]),
        step in select(vec![61, 1000, CHUNK, CHUNK + TAG]),
        read in select(vec![1, 13, 8192, CHUNK, 2 * CHUNK]),
    ) {
        let content = content((chunks * CHUNK).saturating_add_signed(beside));
        let identity = Identity::random().unwrap();
        let mut writer = encrypt(&Recipients::Addresses(&[identity.recipient()]), Vec::new()).unwrap();
        for piece in content.chunks(write) {
            writer.write_all(piece).unwrap();
            writer.flush().unwrap();
        }
        let file = writer.finish().unwrap();

        let source = Slow { from: &file, step, interrupted: false };
        let mut reader = decrypt(source, &Key::Identities(slice::from_ref(&identity))).unwrap();
        let (mut given, mut piece) = (Vec::new(), vec![0; read]);
        loop {
            match reader.read(&mut piece).unwrap() {
                0 => break,
                length => given.extend_from_slice(&piece[..length]),
            }
        }
        prop_assert!(given == content);
    }
}

/// Counts the octets that pass.
struct Counted<'a, T>(T, &'a Cell<usize>);

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = self.0.write(data)?;
        self.1.set(self.1.get() + written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(out)?;
        self.1.set(self.1.get() + read);
        Ok(read)
    }
}

/// What is never held back needs no memory.
#[test]
fn of_two_hundred_megabytes_little_more_than_a_chunk_is_held_at_a_time() {
    const TOTAL: usize = 200_000_000;
    const PIECE: usize = 10_000;
    // Tags and header make the file longer than the content, by less than a thousandth.
    let overhead = |length: usize| length / 1000 + 1000;
    let identity = Identity::random().unwrap();
    let recipient = identity.recipient();
    let (from, to) = io::pipe().unwrap();

    let writer = thread::spawn(move || {
        let (written, mut digest) = (Cell::new(0), Sha256::new());
        let to = Counted(to, &written);
        let mut writer = encrypt(&Recipients::Addresses(&[recipient]), to).unwrap();
        for at in 1..=TOTAL / PIECE {
            let piece = [at as u8; PIECE];
            writer.write_all(&piece).unwrap();
            digest.update(piece);
            assert!(at * PIECE <= written.get() + CHUNK, "after {at} pieces");
        }
        writer.finish().unwrap();
        digest.finalize()
    });

    let (read, mut digest) = (Cell::new(0), Sha256::new());
    let from = Counted(from, &read);
    let mut reader = decrypt(from, &Key::Identities(slice::from_ref(&identity))).unwrap();
    let (mut given, mut piece) = (0, [0; PIECE]);
    loop {
        let length = reader.read(&mut piece).unwrap();
        given += length;
        digest.update(&piece[..length]);
        if length == 0 {
            break;
        }
        // A chunk is opened, and what a buffered reader takes at once may wait behind it.
        assert!(
            read.get() <= given + overhead(given) + 2 * CHUNK,
            "after {given} octets"
        );
    }
    assert_eq!(given, TOTAL);
    assert_eq!(digest.finalize(), writer.join().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Wherever one goes, what lies there is what lay there, as with a file in memory.
    #[test]
    fn any_place_of_the_content_can_be_read(
        length in select(vec![0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]),
        walk in prop::collection::vec((0_u64..200_000, 0_usize..70_000, 0_u8..3), 1..12),
    ) {
        let identity = Identity::random().unwrap();
        let content = content(length);
        let file = encrypted(&content, &[identity.recipient()]);
        let mut plain = Cursor::new(&content);
        let mut sealed = decrypt(Cursor::new(&file), &Key::Identities(slice::from_ref(&identity))).unwrap();
        for (place, wanted, from) in walk {
            let place = place % (length as u64 + 1);
            let to = match from {
                0 => SeekFrom::Start(place),
                1 => SeekFrom::End(-place.cast_signed()),
                _ => SeekFrom::Current(place.cast_signed() - plain.position().cast_signed()),
            };
            prop_assert_eq!(sealed.seek(to).unwrap(), plain.seek(to).unwrap());
            let read = |from: &mut dyn Read| {
                let mut octets = Vec::new();
                from.take(wanted as u64).read_to_end(&mut octets).unwrap();
                octets
            };
            prop_assert!(read(&mut sealed) == read(&mut plain));
            prop_assert_eq!(sealed.stream_position().unwrap(), plain.position());
        }
    }
}

#[test]
fn seeking_finds_a_cut_at_once_and_nothing_beyond_the_end() {
    let identity = Identity::random().unwrap();
    let keys = Key::Identities(slice::from_ref(&identity));
    let file = encrypted(&content(3 * CHUNK), &[identity.recipient()]);
    let mut whole = decrypt(Cursor::new(&file), &keys).unwrap();
    assert_eq!(whole.seek(SeekFrom::End(0)).unwrap(), 3 * CHUNK as u64);
    assert_eq!(
        whole.seek(SeekFrom::End(1)).unwrap_err().kind(),
        io::ErrorKind::InvalidInput
    );
    assert_eq!(whole.read(&mut [0]).unwrap(), 0);
    // Between chunks and inside one; the beginning is whole all the same.
    for (cut, damage) in [
        (CHUNK + TAG, Damage::Truncated),
        (CHUNK + TAG + 1, Damage::Payload),
        (2 * (CHUNK + TAG) + CHUNK + 1, Damage::Truncated),
    ] {
        let mut short = decrypt(Cursor::new(&file[..file.len() - cut]), &keys).unwrap();
        let error = short.seek(SeekFrom::Start(0)).unwrap_err();
        assert_eq!(AgeError::from(error), AgeError::Damaged(damage), "{cut}");
        assert!(short.read(&mut [0]).is_err());
    }
}
