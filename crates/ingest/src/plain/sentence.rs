//! The first sentence of a text.

use unicode_segmentation::UnicodeSegmentation;

/// Words that are written with a full stop and seldom end a sentence. Those with a full stop inside
/// and single letters need not be here.
const ABBREVIATIONS: [&str; 51] = [
    "adm", "al", "approx", "apr", "aug", "ave", "brig", "capt", "cf", "cmdr", "co", "col", "corp",
    "dec", "dept", "dr", "est", "feb", "fig", "figs", "gen", "gov", "hon", "inc", "jan", "jr",
    "jul", "jun", "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "nov", "oct", "pp", "pres", "prof",
    "rep", "rev", "sen", "sept", "sgt", "sr", "st", "vol", "vols", "vs", "viz",
];

/// The first sentence of the text on one line, or its start and `…` if it has more than `longest`
/// characters.
///
/// A sentence ends with its punctuation and the quotes and brackets that close after it, before a
/// blank that no lower-case letter follows; so neither decimals nor `“Why?” he asked` end one.
/// A full stop after an abbreviation or an initial ends none. In Chinese and Japanese the full
/// stop needs no blank after it.
///
/// The cut is between words. Where words are not separated by blanks, or one is very long, it is
/// between characters, as a reader sees them.
pub(super) fn first(text: &str, longest: usize) -> String {
    // Twice the length shows what follows the end of a sentence, even behind closing quotes.
    let start = on_one_line(text, 2 * longest);
    let end = sentence_end(&start).unwrap_or(start.len());
    let sentence = &start[..end];
    if sentence.chars().nth(longest).is_none() {
        return sentence.to_owned();
    }
    let mut cut = cut_within(sentence, longest);
    if cut == 0 {
        // A single letter with a tower of accents: it is shown whole or not at all.
        cut = text.graphemes(true).next().map_or(0, str::len);
        return text.get(..cut).unwrap_or_default().to_owned() + "…";
    }
    let is_dangling =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '(' | '.');
    sentence[..cut].trim_end_matches(is_dangling).to_owned() + "…"
}

/// At most so many characters from the start of the text, each run of blanks as one space.
fn on_one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut after_blank = false;
    for c in text.chars() {
        if count == most {
            break;
        }
        if c.is_whitespace() {
            after_blank = true;
            continue;
        }
        if after_blank && count > 0 {
            line.push(' ');
            count += 1;
        }
        after_blank = false;
        line.push(c);
        count += 1;
    }
    line
}

/// The longest start of the text with at most so many characters that ends between two words; or
/// between two characters, if the last word began in the first half.
fn cut_within(text: &str, longest: usize) -> usize {
    let mut characters = 0;
    let mut after_word = 0;
    let mut characters_to_word = 0;
    let mut after_character = 0;
    for (at, character) in text.grapheme_indices(true) {
        if character.starts_with(char::is_whitespace) {
            after_word = at;
            characters_to_word = characters;
        }
        characters += character.chars().count();
        if characters > longest {
            break;
        }
        after_character = at + character.len();
    }
    if 2 * characters_to_word >= longest {
        after_word
    } else {
        after_character
    }
}

/// Where the first sentence ends, if it ends in this text.
fn sentence_end(text: &str) -> Option<usize> {
    let is_closing = |c: char| {
        matches!(
            c,
            '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）' | '】' | '》'
        )
    };
    let mut has_letters = false;
    for (at, c) in text.char_indices() {
        has_letters |= c.is_alphabetic();
        if !has_letters || !matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '．')
        {
            continue;
        }
        let after_mark = &text[at + c.len_utf8()..];
        let after = after_mark.trim_start_matches(is_closing);
        let end = text.len() - after.len();
        if c.is_ascii() || c == '…' {
            let goes_on = after.trim_start().starts_with(char::is_lowercase);
            let is_apart = after.is_empty() || after.starts_with(char::is_whitespace);
            if is_apart && !goes_on && !(c == '.' && is_abbreviation(&text[..at])) {
                return Some(end);
            }
        } else if after.len() == after_mark.len() || after.starts_with(char::is_whitespace) {
            // Behind a closing quote, a full stop of the quoted sentence is none of this one.
            if !after.starts_with(['。', '！', '？', '｡', '．']) {
                return Some(end);
            }
        } else if after.is_empty() {
            return Some(end);
        }
    }
    None
}

/// Whether the full stop after this text belongs to its last word. Some texts have a blank before.
fn is_abbreviation(text: &str) -> bool {
    let word = text.split_whitespace().next_back().unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let last = word.rsplit('.').next().unwrap_or_default();
    let is_initial = last.chars().count() <= 2 && last.chars().all(char::is_alphabetic);
    if word.len() > last.len() {
        return is_initial && !last.is_empty();
    }
    (is_initial && last.chars().count() == 1 && last.starts_with(char::is_uppercase))
        || ABBREVIATIONS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(first(text, 60), expected);
    }

    #[test]
    fn a_sentence_ends_with_its_punctuation() {
        check("It rained. We stayed.", "It rained.");
        check("Did it rain?! We stayed.", "Did it rain?!");
        check("It rained", "It rained");
        check("It rained\nall  day. We stayed.", "It rained all day.");
        check("It rained… We stayed.", "It rained…");
        check("It rained... We stayed.", "It rained...");
        check("1. It rained. 2. It snowed.", "1. It rained.");
    }

    #[test]
    fn quotes_and_brackets_close_before_the_end() {
        check("She said “It rained.” We stayed.", "She said “It rained.”");
        check("(It rained.) We stayed.", "(It rained.)");
        check(
            "“Did it rain?” he asked. We stayed.",
            "“Did it rain?” he asked.",
        );
        check(
            "See them at Yahoo! today. Or not.",
            "See them at Yahoo! today.",
        );
    }

    #[test]
    fn abbreviations_initials_and_numbers_do_not_end_a_sentence() {
        check(
            "Mr. Smith and J. R. Jones left. We stayed.",
            "Mr. Smith and J. R. Jones left.",
        );
        check(
            "The U.S. Army left at 6 p.m. Monday. We stayed.",
            "The U.S. Army left at 6 p.m. Monday.",
        );
        check(
            "THE U.S . ARMY, MR . X, LEFT . WE STAYED .",
            "THE U.S . ARMY, MR . X, LEFT .",
        );
        check(
            "It is 3.5 km to example.com. We walked.",
            "It is 3.5 km to example.com.",
        );
        check("Node.js 20. And more.", "Node.js 20.");
    }

    #[test]
    fn chinese_and_japanese_sentences_need_no_blank() {
        check("雨が降った。家にいた。", "雨が降った。");
        check(
            "「雨だ。」と彼は言った。家にいた。",
            "「雨だ。」と彼は言った。",
        );
        check("下雨了！我们在家。", "下雨了！");
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_word() {
        check(
            "The rain that fell on the plain in that year, was more than (all) the rain before.",
            "The rain that fell on the plain in that year, was more than…",
        );
        check(
            "The rain that fell on the plain in that one year, or later on, went on.",
            "The rain that fell on the plain in that one year, or later…",
        );
        check(
            "The rain that fell on the plain in that year, 1960 - (a leap year) - went on.",
            "The rain that fell on the plain in that year, 1960 - (a leap…",
        );
    }

    #[test]
    fn without_blanks_a_cut_is_between_characters() {
        check(&"雨".repeat(70), &("雨".repeat(60) + "…"));
        check(
            &format!("See {}", "x".repeat(70)),
            &format!("See {}…", "x".repeat(56)),
        );
        // 👩‍👩‍👧 is five code points and one character.
        check(&"👩‍👩‍👧".repeat(20), &("👩‍👩‍👧".repeat(12) + "…"));
        let tower = "a".to_owned() + &"\u{301}".repeat(200);
        check(&format!("{tower}b"), &format!("{tower}…"));
    }

    proptest! {
        #[test]
        fn a_sentence_is_a_start_of_the_text(text in "[a-c.!? \n\u{301}雨。“”\u{200d}👩]{1,150}") {
            let found = first(&text, 60);
            let words: Vec<&str> = text.split_whitespace().collect();
            let text = words.join(" ");
            match found.strip_suffix('…') {
                Some(start) if !text.starts_with(&found) => {
                    prop_assert!(text.starts_with(start));
                    let ends = text.grapheme_indices(true).any(|(at, _)| at == start.len());
                    prop_assert!(ends, "cut inside a character: {found:?}");
                }
                _ => prop_assert!(text.starts_with(&found)),
            }
        }
    }
}
