//! A word a person typed, as the index has words.

use gleaner_store::{Analyzer, Language, TokenKind};

use crate::rank::WordForm;
use crate::stop_words::is_stop_word;

/// What a typed word or phrase is in the index.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reading {
    /// The forms to be found one after another, with their positions; a plain word has one.
    pub(crate) cells: Vec<(u32, WordForm)>,
    /// The single form that stands for all of them: of a compound, `jung-e` is `junge`; of a word
    /// with diacritics, the same word with the stem it has without them.
    pub(crate) joined: Option<WordForm>,
}

impl Reading {
    /// Reads a piece of a query. Punctuation and what else is no word leaves nothing.
    pub(crate) fn of(text: &str, analyzer: &mut Analyzer) -> Self {
        let mut tokens: Vec<(u32, TokenKind, WordForm)> = Vec::new();
        let mut unmarked = None;
        let positions = analyzer.each_token(text, |token| {
            let form = WordForm {
                stem: token.stem.into(),
                exact: token.exact.into(),
            };
            if token.kind == TokenKind::Unmarked {
                unmarked = Some(form);
            } else {
                tokens.push((token.position, token.kind, form));
            }
        });
        let mut reading = Self {
            joined: unmarked.filter(|_| positions == 1),
            ..Self::default()
        };
        let mut covered = 0;
        for (i, (position, kind, form)) in tokens.iter().enumerate() {
            if !kind.is_word() || *position < covered {
                continue;
            }
            // A joined form stands right after its first part.
            match tokens.get(i + 1) {
                Some((
                    at,
                    TokenKind::Joined {
                        parts,
                        splits: false,
                    },
                    joined,
                )) if at == position => {
                    covered = covered_by(&tokens[i..], *position, *parts);
                    reading.cells.push((*position, joined.clone()));
                }
                Some((
                    at,
                    TokenKind::Joined {
                        parts,
                        splits: true,
                    },
                    joined,
                )) if at == position => {
                    if *position == 0 && *parts == positions {
                        reading.joined = Some(joined.clone());
                    }
                    reading.cells.push((*position, form.clone()));
                }
                _ => reading.cells.push((*position, form.clone())),
            }
        }
        reading
    }

    /// Whether there is anything to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether it is a single word that says nothing of what a query is about.
    pub(crate) fn is_common(&self, language: Language) -> bool {
        self.single()
            .is_some_and(|form| is_stop_word(&form.exact, language))
    }

    /// The form, if it is a single one.
    pub(crate) fn single(&self) -> Option<&WordForm> {
        match &self.cells[..] {
            [(_, form)] if self.joined.as_ref().is_none_or(|j| j.exact == form.exact) => Some(form),
            _ => None,
        }
    }
}

/// First position not covered by the joined form at the head of `tokens`. A pair of ideographs
/// covers the second one only where no further pair starts with it.
fn covered_by(tokens: &[(u32, TokenKind, WordForm)], position: u32, parts: u32) -> u32 {
    // Tokens are in the order of their positions.
    let mut near = tokens.iter().take_while(|(at, ..)| *at <= position + 1);
    let next_has_pair =
        near.any(|(at, kind, _)| *at == position + 1 && matches!(kind, TokenKind::Joined { .. }));
    if next_has_pair {
        position + 1
    } else {
        position + parts
    }
}

#[cfg(test)]
mod tests {
    use gleaner_store::Language;

    use super::*;

    fn shown(text: &str) -> String {
        let reading = Reading::of(text, &mut Analyzer::new(Language::English));
        let cells: Vec<String> = reading
            .cells
            .iter()
            .map(|(at, form)| format!("{}@{at}", form.exact))
            .collect();
        let joined = reading.joined.map(|form| format!(" or {}", form.exact));
        cells.join(" ") + &joined.unwrap_or_default()
    }

    #[test]
    fn a_compound_is_its_parts_or_the_joined_word() {
        assert_eq!(shown("JUNG_E"), "jung@0 e@1 or junge");
        assert_eq!(shown("Netflix's"), "netflix@0");
        assert_eq!(shown("decider.com/jung_e"), "decider@0 com@1 jung@2 e@3");
        assert_eq!(shown("train to busan"), "train@0 to@1 busan@2");
    }

    #[test]
    fn signs_and_pairs_replace_their_parts() {
        assert_eq!(shown("C++"), "c++@0");
        assert_eq!(shown("東京都"), "東京@0 京都@1");
        assert_eq!(shown("東京"), "東京@0");
        assert_eq!(shown("都"), "都@0");
        assert_eq!(shown("東京ABC"), "東京@0 abc@2");
    }

    #[test]
    fn nothing_but_signs_is_empty() {
        assert!(Reading::of("— ?!", &mut Analyzer::new(Language::English)).is_empty());
    }
}
