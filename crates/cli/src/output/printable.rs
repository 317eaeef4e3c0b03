//! Text that cannot steer a terminal.
//!
//! Names, titles, values and messages come from files that anybody may have made. What a terminal obeys
//! instead of showing it is written as an escape: a name is still told from another one by it, which a
//! replacement character would not allow.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// Whether a terminal, or whatever lays out a line, obeys a character instead of showing it.
///
/// These are the control characters (C0, DEL, C1), the marks, overrides and isolates of direction, the
/// line and paragraph separators, the deprecated format characters, the marks of interlinear text, and
/// the invisible tags. Joiners are not among them: emoji and several scripts are written with them.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || is_direction_mark(c)
        || matches!(
            c,
            '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{206f}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Marks that texts of right-to-left scripts have between words. They change no more than the direction
/// of the signs beside them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// `text` with an escape such as `\n`, `\x1b` or `\u{202e}` for each character that would steer a
/// terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(c, &mut shown);
    }
    Cow::Owned(shown)
}

/// Bytes as text: as [`printable`], and `\xe9` for a byte that is not UTF-8.
pub(crate) fn printable_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return printable(text);
    }
    let mut shown = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        shown += &printable(chunk.valid());
        for byte in chunk.invalid() {
            // A string takes everything.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    Cow::Owned(shown)
}

/// Prose as [`printable`] and without the direction marks it may have, and where its marked ranges are
/// then.
pub(crate) fn prose(text: &str, marks: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    if !text.contains(steers) {
        return (text.to_owned(), marks.to_vec());
    }
    let mut shown = String::with_capacity(text.len() + 16);
    // Where each byte of the text went.
    let mut places = Vec::with_capacity(text.len() + 1);
    for c in text.chars() {
        places.extend(std::iter::repeat_n(shown.len(), c.len_utf8()));
        if !is_direction_mark(c) {
            push(c, &mut shown);
        }
    }
    places.push(shown.len());
    let moved = |mark: &Range<usize>| Some(*places.get(mark.start)?..*places.get(mark.end)?);
    let marks = marks.iter().filter_map(moved).collect();
    (shown, marks)
}

/// JSON that steers no terminal: the same value, with `\u202e` for the character. The line breaks between
/// its parts stay.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    let must_go = |c: char| c != '\n' && steers(c);
    if !json.contains(must_go) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if must_go(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A string takes everything.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn push(c: char, shown: &mut String) {
    if !steers(c) {
        shown.push(c);
        return;
    }
    // A string takes everything.
    let _ = match c {
        '\n' => write!(shown, "\\n"),
        '\r' => write!(shown, "\\r"),
        '\t' => write!(shown, "\\t"),
        c if c.is_ascii() => write!(shown, "\\x{:02x}", u32::from(c)),
        c => write!(shown, "\\u{{{:x}}}", u32::from(c)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_escaped_and_the_rest_stays() {
        let harmless = "Zoë’s “東京” \u{1f469}\u{200d}\u{1f680} می\u{200c}خواهم…";
        assert!(matches!(printable(harmless), Cow::Borrowed(text) if text == harmless));
        assert_eq!(
            printable("a\u{1b}[31m\u{7}\r\n\tb"),
            r"a\x1b[31m\x07\r\n\tb"
        );
        assert_eq!(printable("\u{7f}\u{9b}31m"), r"\x7f\u{9b}31m");
        assert_eq!(
            printable("\u{202e}\u{2066}\u{61c}"),
            r"\u{202e}\u{2066}\u{61c}"
        );
        assert_eq!(
            printable("\u{2028}\u{e0041}\u{200f}"),
            r"\u{2028}\u{e0041}\u{200f}"
        );
        assert_eq!(printable_bytes(b"caf\xe9\x1b\xc3"), r"caf\xe9\x1b\xc3");
    }

    #[test]
    fn nothing_that_is_shown_steers() {
        let all: String = ('\0'..=char::MAX).collect();
        assert!(!printable(&all).contains(steers));
        assert!(!prose(&all, &[]).0.contains(steers));
        // What is escaped once is not escaped again.
        assert_eq!(printable(&printable(&all)), printable(&all));
    }

    #[test]
    fn marks_stay_on_their_words() {
        let text = "a\u{1b}b \u{200f}word\u{202e} z";
        let at = text.find("word").expect("there");
        let (shown, marks) = prose(text, &[at..at + 4, text.len() - 1..text.len()]);
        assert_eq!(shown, r"a\x1bb word\u{202e} z");
        let marked: Vec<&str> = marks.into_iter().map(|mark| &shown[mark]).collect();
        assert_eq!(marked, ["word", "z"]);
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "a\u{9b}": ["\u{202e}\u{e0041}\u{7f}\u{1b}\n", "é"] });
        let json = serde_json::to_string_pretty(&value).expect("JSON");
        let shown = printable_json(&json);
        assert!(
            shown.contains(r#""a\u009b""#) && shown.contains(r"\u202e\udb40\udc41\u007f"),
            "{shown}"
        );
        assert!(!shown.contains(|c| c != '\n' && steers(c)) && shown.contains('é'));
        let back: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(back, value);
    }
}
