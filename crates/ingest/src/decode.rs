//! Bytes of a file to text: the encoding is found out, and every line ends with `\n`.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use gleaner_store::{Position, ProblemKind};

/// What the bytes of a file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded<'b> {
    /// Text, with `\n` as its only line end and without a byte order mark.
    Text {
        /// The text; borrowed from the bytes when nothing had to be changed.
        text: Cow<'b, str>,
        /// What had to be guessed or replaced, and where that was first necessary.
        problem: Option<(Option<Position>, ProblemKind)>,
    },
    /// Not text: there are NUL characters in it.
    Binary,
}

/// Decodes the bytes of a file.
///
/// A byte order mark decides for UTF-8 or UTF-16. Without one the bytes are UTF-8, and those that
/// are not valid UTF-8 are read as Windows-1252, each on its own: a file in Windows-1252 comes out
/// right, and so does a UTF-8 file with one bad byte in it. CR, LF and CRLF all end a line.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Decoded::Binary;
    }
    match str::from_utf8(bytes) {
        Ok(text) => Decoded::Text {
            text: with_plain_line_ends(text),
            problem: None,
        },
        Err(error) => {
            let at = error.valid_up_to();
            let valid = str::from_utf8(&bytes[..at]).unwrap_or_default();
            let text = with_windows_1252(bytes);
            Decoded::Text {
                text: Cow::Owned(with_plain_line_ends(&text).into_owned()),
                problem: Some((Some(position_after(valid)), ProblemKind::NotUtf8)),
            }
        }
    }
}

/// The text with every CR and CRLF replaced by LF.
fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if !text.as_bytes().contains(&b'\r') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split('\r');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        plain.push('\n');
        plain.push_str(piece.strip_prefix('\n').unwrap_or(piece));
    }
    Cow::Owned(plain)
}

/// The bytes as UTF-8, and as Windows-1252 where they are not UTF-8.
fn with_windows_1252(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let (guess, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(&guess);
    }
    text
}

/// The place right after `text`, which starts at the start of the file.
fn position_after(text: &str) -> Position {
    let text = with_plain_line_ends(text);
    let line_start = text.rfind('\n').map_or(0, |end| end + 1);
    let lines_before = text[..line_start].matches('\n').count();
    Position {
        line: lines_before as u32 + 1,
        column: text[line_start..].chars().count() as u32 + 1,
    }
}

/// Decodes UTF-16 after its byte order mark.
///
/// A surrogate without its partner, and a last byte without its partner, become U+FFFD.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'_> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut broken_at = None;
    let mut after_cr = false;
    let units = pairs.iter().map(|pair| unit(*pair));
    let characters = char::decode_utf16(units)
        .map(Result::ok)
        .chain((!odd.is_empty()).then_some(None));
    for character in characters {
        match character {
            Some('\0') => return Decoded::Binary,
            Some('\n') if after_cr => {}
            Some('\n' | '\r') => text.push('\n'),
            Some(other) => text.push(other),
            None => {
                broken_at.get_or_insert(text.len());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        after_cr = character == Some('\r');
    }
    let problem = broken_at.map(|at| (Some(position_after(&text[..at])), ProblemKind::BrokenUtf16));
    Decoded::Text {
        text: Cow::Owned(text),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(bytes: &[u8]) -> (String, Option<(u32, u32, ProblemKind)>) {
        match decode(bytes) {
            Decoded::Text { text, problem } => (
                text.into_owned(),
                problem.map(|(at, kind)| {
                    let at = at.expect("a problem of decoding has a place");
                    (at.line, at.column, kind)
                }),
            ),
            Decoded::Binary => ("(binary)".into(), None),
        }
    }

    fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(bytes_of).collect()
    }

    #[test]
    fn utf8_without_anything_to_change_is_borrowed() {
        for bytes in ["\u{feff}Füße\nand more\n", "Füße\nand more\n"] {
            let Decoded::Text { text, problem } = decode(bytes.as_bytes()) else {
                panic!("it is text");
            };
            assert!(matches!(text, Cow::Borrowed("Füße\nand more\n")));
            assert_eq!(problem, None);
        }
    }

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        assert_eq!(
            text_of(b"a\r\nb\rc\nd\r\r\n\n\re\r"),
            ("a\nb\nc\nd\n\n\n\ne\n".into(), None)
        );
        assert_eq!(
            text_of(&utf16("a\r\nb\rc\nd\r\r\n\n\re\r", u16::to_le_bytes)).0,
            "a\nb\nc\nd\n\n\n\ne\n"
        );
    }

    #[test]
    fn utf16_needs_its_mark_and_comes_in_both_orders() {
        let text = "Füße 𝄞\nand more";
        assert_eq!(text_of(&utf16(text, u16::to_le_bytes)).0, text);
        assert_eq!(text_of(&utf16(text, u16::to_be_bytes)).0, text);
        assert_eq!(decode(&utf16("a\0b", u16::to_be_bytes)), Decoded::Binary);
        assert_eq!(text_of(b"\xff\xfe"), (String::new(), None));
    }

    #[test]
    fn broken_utf16_is_replaced_and_told_where() {
        let mut bytes = utf16("a\r\nxy", u16::to_le_bytes);
        bytes.extend([0x00, 0xd8, b'z', 0, b'!']);
        assert_eq!(
            text_of(&bytes),
            (
                "a\nxy\u{fffd}z\u{fffd}".into(),
                Some((2, 3, ProblemKind::BrokenUtf16))
            )
        );
        // A replacement character that stands in the file is no fault of it.
        assert_eq!(
            text_of(&utf16("\u{fffd}", u16::to_be_bytes)),
            ("\u{fffd}".into(), None)
        );
    }

    #[test]
    fn what_is_not_utf8_is_windows_1252() {
        assert_eq!(
            text_of(b"one\r\ntwo caf\xe9 \x93quoted\x94\r\n"),
            (
                "one\ntwo café “quoted”\n".into(),
                Some((2, 8, ProblemKind::NotUtf8))
            )
        );
    }

    #[test]
    fn one_bad_byte_does_not_spoil_the_rest() {
        let mut bytes = "naïve café, Œuvre ".as_bytes().to_vec();
        bytes.extend(b"\x80 10");
        assert_eq!(
            text_of(&bytes),
            (
                "naïve café, Œuvre € 10".into(),
                Some((1, 19, ProblemKind::NotUtf8))
            )
        );
    }

    #[test]
    fn nul_bytes_are_no_text() {
        assert_eq!(decode(b"abc\0def"), Decoded::Binary);
        assert_eq!(decode(b"\xef\xbb\xbf\0"), Decoded::Binary);
        assert_eq!(text_of(b""), (String::new(), None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_without_carriage_returns_or_binary(
            mark in prop::sample::select(vec![&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let bytes = [mark, &bytes].concat();
            if let Decoded::Text { text, problem } = decode(&bytes) {
                prop_assert!(!text.contains('\r'));
                let lines = text.matches('\n').count() as u32 + 1;
                if let Some((Some(at), _)) = problem {
                    prop_assert!((1..=lines).contains(&at.line));
                    let line = text.split('\n').nth(at.line as usize - 1);
                    let length = line.map_or(0, |line| line.chars().count() as u32);
                    prop_assert!((1..=length).contains(&at.column));
                }
            }
        }

        #[test]
        fn text_comes_back_from_every_encoding(text in "[^\r\0\u{feff}]*") {
            prop_assert_eq!(text_of(text.as_bytes()), (text.clone(), None));
            prop_assert_eq!(text_of(&utf16(&text, u16::to_le_bytes)), (text.clone(), None));
            prop_assert_eq!(text_of(&utf16(&text, u16::to_be_bytes)), (text.clone(), None));
        }
    }
}
