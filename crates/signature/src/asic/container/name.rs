//! File names of an archive (APPNOTE.TXT appendix D).

/// Code page 437 from 0x80: what a name is in that is not UTF-8.
const UPPER: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A name as text. Many writers put UTF-8 without saying so; whatever is not UTF-8 is code page 437 (§D.1).
pub(super) fn decode(raw: &[u8]) -> String {
    match core::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => raw.iter().map(|&octet| character(octet)).collect(),
    }
}

fn character(octet: u8) -> char {
    let upper = octet.checked_sub(0x80).map(usize::from);
    upper
        .and_then(|index| UPPER.chars().nth(index))
        .unwrap_or(char::from(octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_stays_and_anything_else_is_code_page_437() {
        assert_eq!(decode("договор.pdf".as_bytes()), "договор.pdf");
        assert_eq!(decode(b"Z\x81rich \xe1\xff.txt"), "Zürich ß\u{a0}.txt");
        assert_eq!(decode(b"\x80"), "Ç");
        assert_eq!(UPPER.chars().count(), 128);
    }
}
