//! Where in a text most words of a query stand near each other.

use std::ops::Range;

use super::marker::Match;

/// What words next to each other are worth beside each word's 1; less the farther they are apart.
const NEARNESS: f32 = 0.3;

/// A stretch of a text that holds words of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    /// Its bytes, from the beginning of the first match to the end of the last.
    pub(super) range: Range<usize>,
    /// Number of different words in it, at least 1.
    pub(super) words: usize,
    /// How far it reaches, in characters.
    pub(super) chars: usize,
    /// What it is worth: its words, and a little for their nearness.
    pub(super) worth: f32,
}

/// The window of at most `reach` characters that is worth most, the first of equals; a single
/// match may be longer. `found` is in order; takes time in proportion to `text`.
pub(super) fn best_window<'m>(
    text: &str,
    found: impl IntoIterator<Item = &'m Match>,
    reach: usize,
) -> Option<Window> {
    let found = with_characters(text, found);
    let words = found.iter().map(|(found, _)| found.word + 1).max()?;
    let mut counts = vec![0_usize; words];
    let (mut first, mut different) = (0, 0);
    let mut best: Option<Window> = None;
    for (last, (found_last, chars)) in found.iter().enumerate() {
        counts[found_last.word] += 1;
        different += usize::from(counts[found_last.word] == 1);
        // What comes again later, or is too far away, has no place at the beginning.
        loop {
            let (found_first, first_chars) = &found[first];
            let too_far = chars.end.saturating_sub(first_chars.start) > reach;
            let count = &mut counts[found_first.word];
            if first == last || !(too_far || *count > 1) {
                break;
            }
            *count -= 1;
            different -= usize::from(*count == 0);
            first += 1;
        }
        let (found_first, first_chars) = &found[first];
        let chars = chars.end.saturating_sub(first_chars.start);
        let worth = worth(different, chars, reach);
        if best.as_ref().is_none_or(|best| worth > best.worth) {
            best = Some(Window {
                range: found_first.range.start..found_last.range.end,
                words: different,
                chars,
                worth,
            });
        }
    }
    best
}

fn worth(words: usize, chars: usize, reach: usize) -> f32 {
    let nearness = 1.0 - (chars.min(reach) as f32 / reach.max(1) as f32);
    words as f32 + if words > 1 { NEARNESS * nearness } else { 0.0 }
}

/// The matches with the characters they take, counted from the beginning of the text.
fn with_characters<'m>(
    text: &str,
    found: impl IntoIterator<Item = &'m Match>,
) -> Vec<(&'m Match, Range<usize>)> {
    let (mut byte, mut char) = (0, 0);
    let place = |found: &'m Match| {
        char += text[byte..found.range.start].chars().count();
        byte = found.range.start;
        let length = text[found.range.clone()].chars().count();
        (found, char..char + length)
    };
    found.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window of a text in which the words of the query are single letters, and how many
    /// different ones it has.
    fn shown(text: &str, query: &str, reach: usize) -> Option<(String, usize)> {
        let found: Vec<Match> = text
            .char_indices()
            .filter_map(|(at, c)| {
                let word = query.find(c)?;
                let range = at..at + c.len_utf8();
                Some(Match { range, word })
            })
            .collect();
        let window = best_window(text, &found, reach)?;
        Some((text[window.range].to_owned(), window.words))
    }

    #[test]
    fn different_words_count_and_then_nearness() {
        assert_eq!(shown("a..a.b..b.a", "ab", 9), Some(("a.b".into(), 2)));
        assert_eq!(shown("aaaa....ab", "ab", 9), Some(("ab".into(), 2)));
        assert_eq!(shown("a...b...c", "abc", 5), Some(("a...b".into(), 2)));
        assert_eq!(shown("c..a.b.c..", "abc", 9), Some(("a.b.c".into(), 3)));
        assert_eq!(shown("....", "ab", 9), None);
    }

    #[test]
    fn the_first_of_equals_is_taken() {
        assert_eq!(
            best_window(
                "a.a",
                &[
                    Match {
                        range: 0..1,
                        word: 0
                    },
                    Match {
                        range: 2..3,
                        word: 0
                    }
                ],
                9
            )
            .map(|window| window.range),
            Some(0..1)
        );
    }

    #[test]
    fn reach_is_in_characters() {
        assert_eq!(shown("яжжжю", "яю", 5), Some(("яжжжю".into(), 2)));
        assert_eq!(shown("яжжжю", "яю", 4), Some(("я".into(), 1)));
    }
}
