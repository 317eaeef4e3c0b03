//! Which words of the index a pattern stands for, as an automaton the dictionaries are walked with.

use std::sync::LazyLock;

use gleaner_store::MAX_TOKEN_BYTES;
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};
use tantivy_fst::Automaton;

/// Most memory the automaton of one expression may take, in bytes, and what it is made from. It
/// bounds the time for making it as well.
const MAX_STATE_BYTES: usize = 1 << 20;

/// Deepest nesting of an expression.
const MAX_NESTING: u32 = 50;

/// Automata for one and for two edits, in which letters that changed places are one edit.
static EDITS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|edits| LevenshteinAutomatonBuilder::new(edits, true)));

/// A shape of folded words.
pub(crate) enum WordPattern {
    /// Words that begin so.
    Prefix(String),
    /// Words that match an expression as a whole.
    Regex(Box<dense::DFA<Vec<u32>>>, StateID),
    /// Words a few edits away.
    Fuzzy(DFA),
}

impl WordPattern {
    /// Words that begin so.
    pub(crate) fn prefix(text: &str) -> Self {
        Self::Prefix(joined(text))
    }

    /// Words of the shape in which `*` stands for any characters and `?` for one; `None` if there
    /// are too many ways to read it.
    pub(crate) fn wildcard(text: &str) -> Option<Self> {
        let mut expression = String::with_capacity(text.len() * 2);
        for c in joined(text).chars() {
            match c {
                '*' => expression.push_str(".*"),
                '?' => expression.push('.'),
                // Letters, digits and marks have no meaning in an expression.
                c => expression.push(c),
            }
        }
        Self::regex(&expression)
    }

    /// Words that match a regular expression as a whole; `None` if it cannot be read, or takes too
    /// much memory.
    pub(crate) fn regex(text: &str) -> Option<Self> {
        let expression: String = text.chars().map(folded).collect();
        let syntax = syntax::Config::new()
            .case_insensitive(true)
            .nest_limit(MAX_NESTING);
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(MAX_STATE_BYTES))
            .determinize_size_limit(Some(MAX_STATE_BYTES));
        let states = thompson::Config::new().nfa_size_limit(Some(MAX_STATE_BYTES));
        let automaton = dense::Builder::new()
            .syntax(syntax)
            .thompson(states)
            .configure(config)
            .build(&expression)
            .ok()?;
        let begins = start::Config::new().anchored(Anchored::Yes);
        let start = automaton.start_state(&begins).ok()?;
        Some(Self::Regex(Box::new(automaton), start))
    }

    /// Words at most `distance` edits away, which is 1 or 2.
    pub(crate) fn fuzzy(text: &str, distance: u8) -> Self {
        let builder = &EDITS[usize::from(distance.clamp(1, 2)) - 1];
        Self::Fuzzy(builder.build_dfa(&joined(text)))
    }

    /// How far a word that fits is from what was typed: the number of edits, and for a prefix 0 only
    /// for the word itself.
    pub(crate) fn distance(&self, word: &str) -> u8 {
        match self {
            Self::Prefix(prefix) => u8::from(word != prefix),
            Self::Regex(..) => 0,
            Self::Fuzzy(automaton) => match automaton.eval(word) {
                Distance::Exact(edits) | Distance::AtLeast(edits) => edits,
            },
        }
    }

    /// The state before the first byte.
    fn start(&self) -> u32 {
        match self {
            Self::Prefix(_) => 0,
            Self::Regex(_, start) => start.as_u32(),
            Self::Fuzzy(automaton) => automaton.initial_state(),
        }
    }

    /// The state after one more byte; `None` where no word fits any more.
    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        match self {
            Self::Prefix(prefix) => match prefix.as_bytes().get(state as usize) {
                Some(next) => (*next == byte).then_some(state + 1),
                None => Some(state),
            },
            Self::Regex(automaton, _) => {
                let next = automaton.next_state(StateID::must(state as usize), byte);
                let lives = !automaton.is_dead_state(next) && !automaton.is_quit_state(next);
                lives.then_some(next.as_u32())
            }
            Self::Fuzzy(automaton) => {
                let next = automaton.transition(state, byte);
                (next != SINK_STATE).then_some(next)
            }
        }
    }

    /// Whether a word that ends in this state fits.
    fn accepts(&self, state: u32) -> bool {
        match self {
            Self::Prefix(prefix) => state as usize == prefix.len(),
            Self::Regex(automaton, _) => {
                let end = automaton.next_eoi_state(StateID::must(state as usize));
                automaton.is_match_state(end)
            }
            Self::Fuzzy(automaton) => matches!(automaton.distance(state), Distance::Exact(_)),
        }
    }
}

/// Terms that are a fixed beginning and then a word of a shape.
#[derive(Clone, Copy)]
pub(crate) struct TermPattern<'p> {
    pub(crate) before: &'p [u8],
    pub(crate) word: &'p WordPattern,
}

/// How far the reading of a term has come.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TermState {
    /// So many bytes of the beginning were read.
    Before(usize),
    /// The word is being read.
    Word(u32),
    /// The term does not fit.
    Dead,
}

impl Automaton for TermPattern<'_> {
    type State = TermState;

    fn start(&self) -> TermState {
        self.after(0)
    }

    fn is_match(&self, state: &TermState) -> bool {
        matches!(state, TermState::Word(state) if self.word.accepts(*state))
    }

    fn can_match(&self, state: &TermState) -> bool {
        !matches!(state, TermState::Dead)
    }

    fn accept(&self, state: &TermState, byte: u8) -> TermState {
        match *state {
            TermState::Before(read) if self.before.get(read) == Some(&byte) => self.after(read + 1),
            TermState::Word(state) => self
                .word
                .step(state, byte)
                .map_or(TermState::Dead, TermState::Word),
            TermState::Before(_) | TermState::Dead => TermState::Dead,
        }
    }
}

impl TermPattern<'_> {
    fn after(&self, read: usize) -> TermState {
        if read == self.before.len() {
            TermState::Word(self.word.start())
        } else {
            TermState::Before(read)
        }
    }
}

/// A typed word as the joined form of a compound is indexed: folded, without what glues its parts,
/// and cut as long words are.
fn joined(text: &str) -> String {
    let glue = |c: char| matches!(c, '-' | '_' | '&' | '\'' | '’' | '\u{2010}' | '\u{2011}');
    let mut joined = gleaner_store::fold(&text.replace(glue, ""));
    if let Some(end) = (0..=MAX_TOKEN_BYTES.min(joined.len()))
        .rev()
        .find(|end| joined.is_char_boundary(*end))
    {
        joined.truncate(end);
    }
    joined
}

/// A character of an expression without its diacritics; signs are ASCII and stay.
fn folded(c: char) -> String {
    if c.is_ascii() {
        c.to_string()
    } else {
        gleaner_store::fold(c.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &WordPattern, word: &str) -> bool {
        let terms = TermPattern {
            before: b"key:",
            word: pattern,
        };
        let term = format!("key:{word}");
        let state = term
            .bytes()
            .fold(terms.start(), |state, byte| terms.accept(&state, byte));
        terms.is_match(&state)
    }

    #[track_caller]
    fn check(pattern: Option<WordPattern>, words: &str, others: &str) {
        let pattern = pattern.expect("a pattern");
        for word in words.split_whitespace() {
            assert!(fits(&pattern, word), "{word}");
        }
        for word in others.split_whitespace() {
            assert!(!fits(&pattern, word), "{word}");
        }
    }

    #[test]
    fn beginnings_and_wildcards() {
        check(Some(WordPattern::prefix("Bra")), "bra brain", "br abra");
        check(Some(WordPattern::prefix("sci-f")), "scifi", "sci");
        check(
            WordPattern::wildcard("b?a*n"),
            "brain bran blazon",
            "ban brains brai bräin2",
        );
        check(WordPattern::wildcard("*clone"), "clone cyclone", "cloned");
        check(WordPattern::wildcard("?é*"), "he hex ée", "e x");
    }

    #[test]
    fn misspellings_count_swapped_letters_once() {
        check(
            Some(WordPattern::fuzzy("Ryoo", 2)),
            "ryoo ryu roy royo ryooxx",
            "kio ryooxxx",
        );
        check(
            Some(WordPattern::fuzzy("brain", 1)),
            "brain bran brian braine",
            "briand bra",
        );
        let pattern = WordPattern::fuzzy("brain", 2);
        let distances = ["brain", "brian", "bra"].map(|word| pattern.distance(word));
        assert_eq!(distances, [0, 1, 2]);
    }

    #[test]
    fn expressions_are_anchored_and_folded() {
        check(
            WordPattern::regex("colou?r"),
            "color colour",
            "colors acolor",
        );
        check(WordPattern::regex("^COL|Été$"), "col ete", "colete xcol");
        check(WordPattern::regex("a|ab"), "a ab", "abc");
        check(WordPattern::regex(r"\d{4}"), "2023", "202 20235");
        check(WordPattern::regex(r"\w+ing"), "cloning ing2ing", "ing");
        check(WordPattern::regex("a.c"), "abc aéc a東c", "ac abbc");
        check(WordPattern::regex(r"a+?b"), "ab aab", "b");
    }

    #[test]
    fn what_is_no_expression_or_too_large_is_none() {
        let nested = format!("{}x{}", "(".repeat(100), ")".repeat(100));
        for text in [
            "(",
            "[z-a]",
            "a{2,1}",
            "a)|(b",
            r"(\w{1,100}){1,100}",
            "*",
            &nested,
        ] {
            assert!(WordPattern::regex(text).is_none(), "{text}");
        }
        assert!(WordPattern::wildcard(&format!("*a{}b", "?".repeat(60))).is_none());
    }
}
