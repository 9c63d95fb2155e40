//! Decodes the streams a file's structure is made of (ISO 32000-2 §7.4). Pictures and fonts are never decoded here.

use super::error::PdfError;
use super::object::{Dictionary, Object};

/// Most octets one stream may decode to: a cross-reference stream of a million objects takes some 10 MiB.
const MAX_DECODED: usize = 64 << 20;
/// Filters one after another; writers use one.
const MAX_FILTERS: usize = 4;

/// Applies the stream's filters. `resolve` follows references in its dictionary.
pub(crate) fn decode(
    raw: &[u8],
    dictionary: &Dictionary,
    resolve: &dyn Fn(&Object) -> Object,
) -> Result<Vec<u8>, PdfError> {
    let list = |key: &str| match dictionary.raw(key).map(resolve) {
        None => Vec::new(),
        Some(Object::Array(items)) => items.iter().map(resolve).collect(),
        Some(one) => vec![one],
    };
    let filters = list("Filter");
    let parameters = list("DecodeParms");
    if filters.len() > MAX_FILTERS {
        return Err(PdfError::Limit);
    }
    let mut data = raw.to_vec();
    for (index, filter) in filters.iter().enumerate() {
        data = match filter.as_name() {
            Some(b"FlateDecode" | b"Fl") => {
                let inflated = inflate(&data)?;
                match parameters.get(index).and_then(Object::as_dictionary) {
                    Some(parameters) => predict(inflated, parameters, resolve)?,
                    None => inflated,
                }
            }
            Some(b"ASCIIHexDecode" | b"AHx") => ascii_hex(&data)?,
            _ => return Err(PdfError::UnsupportedFilter),
        };
    }
    Ok(data)
}

fn inflate(data: &[u8]) -> Result<Vec<u8>, PdfError> {
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
    decompress_to_vec_zlib_with_limit(data, MAX_DECODED).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => PdfError::Limit,
        _ => PdfError::Stream,
    })
}

/// §7.4.2
fn ascii_hex(data: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut digits = Vec::new();
    for &octet in data.iter().take_while(|&&octet| octet != b'>') {
        match char::from(octet).to_digit(16) {
            #[allow(clippy::cast_possible_truncation, reason = "a digit")]
            Some(digit) => digits.push(digit as u8),
            None if super::lexer::is_space(octet) => {}
            None => return Err(PdfError::Stream),
        }
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
        .collect())
}

/// §7.4.4.4: undoes the PNG predictors, one of which every row names.
fn predict(
    data: Vec<u8>,
    parameters: &Dictionary,
    resolve: &dyn Fn(&Object) -> Object,
) -> Result<Vec<u8>, PdfError> {
    let number = |key: &str, default: i64| {
        parameters
            .raw(key)
            .map(resolve)
            .map_or(Some(default), |value| value.as_integer())
            .and_then(|value| usize::try_from(value).ok())
            .filter(|&value| value <= 1 << 16)
            .ok_or(PdfError::Stream)
    };
    match number("Predictor", 1)? {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err(PdfError::UnsupportedFilter),
    }
    let bits = number("Colors", 1)? * number("BitsPerComponent", 8)?;
    let pixel = bits.div_ceil(8).max(1);
    let row = (bits * number("Columns", 1)?).div_ceil(8);
    if row == 0 {
        return Err(PdfError::Stream);
    }
    let mut decoded: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row];
    for encoded in data.chunks(row + 1) {
        let (&kind, encoded) = encoded.split_first().ok_or(PdfError::Stream)?;
        let mut current = vec![0; row];
        for (index, &octet) in encoded.iter().enumerate() {
            let left = if index < pixel { 0 } else { current[index - pixel] };
            let corner = if index < pixel { 0 } else { above[index - pixel] };
            let up = above[index];
            #[allow(clippy::cast_possible_truncation, reason = "the mean of two octets")]
            let prediction = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => return Err(PdfError::Stream),
            };
            current[index] = octet.wrapping_add(prediction);
        }
        decoded.extend_from_slice(&current[..encoded.len()]);
        above = current;
    }
    Ok(decoded)
}

/// The neighbour closest to left + up - corner (PNG §9.4).
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |octet: u8| (estimate - i16::from(octet)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(text: &str) -> Dictionary {
        let object = super::super::lexer::Lexer::of_stream(text.as_bytes(), 0).object();
        object
            .expect("an object")
            .as_dictionary()
            .expect("a dictionary")
            .clone()
    }

    fn run(raw: &[u8], text: &str) -> Result<Vec<u8>, PdfError> {
        decode(raw, &dictionary(text), &|object: &Object| object.clone())
    }

    fn zlib(data: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(data, 6)
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        let packed = zlib(b"octets");
        for (raw, text, error) in [
            (&b"junk"[..], "<</Filter/FlateDecode>>", PdfError::Stream),
            (
                &packed[..packed.len() / 2],
                "<</Filter/FlateDecode>>",
                PdfError::Stream,
            ),
            (b"", "<</Filter/LZWDecode>>", PdfError::UnsupportedFilter),
            (b"4g", "<</Filter/ASCIIHexDecode>>", PdfError::Stream),
            (&packed, "<</Filter[/Fl/Fl/Fl/Fl/Fl]>>", PdfError::Limit),
            (
                &packed,
                "<</Filter/Fl/DecodeParms<</Predictor 12/Columns 0>>>>",
                PdfError::Stream,
            ),
            (
                &packed,
                "<</Filter/Fl/DecodeParms<</Predictor 2>>>>",
                PdfError::UnsupportedFilter,
            ),
            (
                &packed,
                "<</Filter/Fl/DecodeParms<</Predictor 12>>>>",
                PdfError::Stream,
            ),
        ] {
            assert_eq!(run(raw, text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = zlib(&vec![0; MAX_DECODED + 1]);
        assert_eq!(run(&bomb, "<</Filter/FlateDecode>>"), Err(PdfError::Limit));
    }

    #[test]
    fn rows_are_predicted_each_by_its_own_rule() {
        let rows = [
            [0, 1, 2, 3],
            [1, 1, 1, 1],
            [2, 1, 1, 1],
            [3, 2, 2, 2],
            [4, 1, 1, 1],
        ]
        .concat();
        let decoded = run(
            &zlib(&rows),
            "<</Filter[/FlateDecode]/DecodeParms[<</Predictor 15/Columns 3>>]>>",
        );
        // By hand after PNG §9.
        let expected = [1, 2, 3, 1, 2, 3, 2, 3, 4, 3, 5, 6, 4, 6, 7];
        assert_eq!(decoded, Ok(expected.to_vec()));
        assert_eq!(run(b"4 142>zz", "<</Filter/AHx>>"), Ok(b"AB".to_vec()));
    }
}
