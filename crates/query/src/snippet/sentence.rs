//! Where sentences begin and end.

use unicode_segmentation::UnicodeSegmentation;

mod ascii;

/// Words after which a full stop ends no sentence, though a capital may follow.
const ABBREVIATIONS: [&str; 40] = [
    "apr", "aug", "bros", "capt", "col", "dec", "dr", "feb", "fig", "figs", "gen", "gov", "hon",
    "jan", "jr", "jul", "jun", "lt", "mar", "messrs", "mr", "mrs", "ms", "mt", "no", "nos", "nov",
    "nr", "oct", "pp", "prof", "rep", "rev", "sen", "sep", "sept", "sgt", "sr", "st", "vs",
];

/// Byte offsets in `text` at which a sentence begins, but for its beginning: the boundaries of
/// [UAX #29](https://www.unicode.org/reports/tr29/#Sentence_Boundaries), less those after an
/// abbreviation. A line break parts sentences only where `lines_part`.
pub(super) fn boundaries(text: &str, lines_part: bool) -> Vec<usize> {
    let mut boundaries = if text.is_ascii() {
        ascii::boundaries(text.as_bytes(), lines_part)
    } else {
        standard_boundaries(text, lines_part)
    };
    boundaries.retain(|start| !ends_abbreviated(&text[..*start]));
    boundaries
}

fn standard_boundaries(text: &str, lines_part: bool) -> Vec<usize> {
    let joined;
    let text = if lines_part || !text.contains('\n') {
        text
    } else {
        joined = text.replace('\n', " ");
        &joined
    };
    text.split_sentence_bound_indices()
        .map(|(start, _)| start)
        .filter(|&start| start > 0)
        .collect()
}

/// Whether a piece of text ends in a full stop that only shortens a word: an initial, a title, the
/// name of a month.
fn ends_abbreviated(text: &str) -> bool {
    let Some(text) = text.trim_end().strip_suffix('.') else {
        return false;
    };
    let start = text.rfind(|c: char| !c.is_alphanumeric());
    let word = &text[start.map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    })..];
    let before = text[..text.len() - word.len()].chars().next_back();
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        // `J. Smith` and `U.S. troops`, but not the end of `Jung_E.`
        (Some(letter), None) => {
            letter.is_uppercase() && before.is_none_or(|c| c.is_whitespace() || c == '.')
        }
        _ => ABBREVIATIONS.contains(&&*word.to_lowercase()) && word != "no",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str, lines_part: bool) -> Vec<&str> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for boundary in boundaries(text, lines_part) {
            pieces.push(text[at..boundary].trim_end());
            at = boundary;
        }
        pieces.push(&text[at..]);
        pieces
    }

    #[test]
    fn sentences_end_where_a_reader_sees_an_end() {
        assert_eq!(
            split("It was Dr. J. Smith. He left at 3.5 km. Gone!", false),
            ["It was Dr. J. Smith.", "He left at 3.5 km.", "Gone!"]
        );
        assert_eq!(
            split(
                "They saw Jung_E. They said no. He met U.S. officials on Jan. 6.",
                false
            ),
            [
                "They saw Jung_E.",
                "They said no.",
                "He met U.S. officials on Jan. 6."
            ]
        );
        assert_eq!(
            split("東京です。大阪です。", false),
            ["東京です。", "大阪です。"]
        );
        assert_eq!(
            split("Он пришёл. Она ушла.", false),
            ["Он пришёл.", "Она ушла."]
        );
    }

    proptest! {
        #[test]
        fn sentences_of_ascii_are_those_of_the_standard(text in "[ -~\t\r\n]{0,60}|[aB3 .!?,\"')\r\n;:\x0b_-]{0,40}", lines_part in any::<bool>()) {
            prop_assert_eq!(ascii::boundaries(text.as_bytes(), lines_part), standard_boundaries(&text, lines_part));
        }
    }

    #[test]
    fn lines_part_sentences_only_where_they_are_meant_to() {
        assert_eq!(
            split("one\ntwo. Three\nfour", false),
            ["one\ntwo.", "Three\nfour"]
        );
        assert_eq!(split("one\ntwo", true), ["one", "two"]);
    }
}
