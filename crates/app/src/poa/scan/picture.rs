//! Whether a file is a picture of a paper that somebody could read: by its content, never by its ending alone.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use kabinet_signature::pdf::{self, PdfError};

use super::super::PoaError;

/// Largest file, bytes. [ENG]: a page at 300 dpi in colour is a tenth of it.
pub(super) const LARGEST: usize = 20 << 20;
/// Shortest side of a picture, pixels. [ENG]: A4 at 100 dpi; below that small print cannot be read.
const SHORTEST: u32 = 800;
/// Memory a picture may take when it is unpacked, bytes.
const UNPACKED: u64 = 512 << 20;
/// Longest side, pixels.
const LONGEST: u32 = 30_000;

/// # Errors
/// What stands against it.
pub(super) fn check(name: &str, bytes: &[u8]) -> Result<(), PoaError> {
    if bytes.len() > LARGEST {
        return Err(PoaError::ScanTooLarge {
            limit: (LARGEST >> 20) as u64,
        });
    }
    let (endings, is_pdf): (&[&str], bool) = if bytes.starts_with(b"%PDF-") {
        (&["pdf"], true)
    } else {
        match image::guess_format(bytes) {
            Ok(ImageFormat::Jpeg) => (&["jpg", "jpeg", "jpe"], false),
            Ok(ImageFormat::Png) => (&["png"], false),
            Ok(ImageFormat::Tiff) => (&["tif", "tiff"], false),
            _ => return Err(PoaError::ScanKind),
        }
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    if !ending.is_some_and(|ending| endings.contains(&ending.as_str())) {
        return Err(PoaError::ScanEnding {
            expected: endings.join(", "),
        });
    }
    if is_pdf { pages(bytes) } else { pixels(bytes) }
}

fn pages(bytes: &[u8]) -> Result<(), PoaError> {
    match pdf::pages(bytes) {
        Ok(0) => Err(PoaError::ScanUnreadable),
        Ok(_) => Ok(()),
        Err(PdfError::Encrypted) => Err(PoaError::ScanEncrypted),
        Err(_) => Err(PoaError::ScanUnreadable),
    }
}

fn pixels(bytes: &[u8]) -> Result<(), PoaError> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
    limits.max_alloc = Some(UNPACKED);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| PoaError::ScanUnreadable)?;
    reader.limits(limits);
    // To the end: a transfer that broke off leaves a picture whose lower half is missing.
    let picture = reader.decode().map_err(|_| PoaError::ScanUnreadable)?;
    if picture.width().min(picture.height()) < SHORTEST {
        return Err(PoaError::ScanSmall { least: SHORTEST });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn picture(format: ImageFormat, side: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_luma8(side, side + 50)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    fn code(name: &str, bytes: &[u8]) -> &'static str {
        check(name, bytes).map_or_else(|error| error.code(), |()| "")
    }

    #[test]
    fn the_content_has_to_be_what_the_ending_says_whole_and_large_enough() {
        for (format, ending) in [
            (ImageFormat::Jpeg, "jpg"),
            (ImageFormat::Png, "png"),
            (ImageFormat::Tiff, "TIF"),
        ] {
            let good = picture(format, SHORTEST);
            assert_eq!(code(&format!("скан.{ending}"), &good), "");
            assert_eq!(code("скан.pdf", &good), "poa.scan-ending");
            assert_eq!(
                code(&format!("скан.{ending}"), &picture(format, 200)),
                "poa.scan-small"
            );
        }
        let png = picture(ImageFormat::Png, SHORTEST);
        assert_eq!(code("скан.png", &png[..png.len() / 2]), "poa.scan-unreadable");
        for (name, bytes) in [
            ("скан.txt", &b"text"[..]),
            ("скан.pdf", b"MZ\x90"),
            ("скан.docx", b"PK\x03\x04"),
            ("скан", b""),
        ] {
            assert_eq!(code(name, bytes), "poa.scan-kind", "{name}");
        }
        assert_eq!(
            code("скан.pdf", b"%PDF-1.7 and nothing else"),
            "poa.scan-unreadable"
        );
        assert_eq!(code("скан.pdf", &vec![0; LARGEST + 1]), "poa.scan-too-large");
    }
}
