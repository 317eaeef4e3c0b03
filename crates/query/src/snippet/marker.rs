//! What of a text matches a query.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use gleaner_store::{Analyzer, Beginnings, Finder};

use crate::rank::WordForm;

/// Something to mark: words at given distances from each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    elements: Vec<(u32, Element)>,
    /// Whether it is another way to write what the pattern before it stands for.
    is_alternative: bool,
}

/// What a word of a text has to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Element {
    /// A word with one of these stems.
    Stems(BTreeSet<String>),
    /// One of these words as they stand, folded.
    Exact(BTreeSet<String>),
    /// A word that, folded, begins so.
    Prefix(String),
}

impl Pattern {
    /// Any form of a word: its stem, or those of its spellings.
    pub(crate) fn word(stems: impl IntoIterator<Item = String>) -> Self {
        Self::single(Element::Stems(stems.into_iter().collect()))
    }

    /// Another way to write what the pattern before this one stands for: a word with this stem.
    pub(crate) fn instead(stem: &str) -> Self {
        Self {
            is_alternative: true,
            ..Self::word([stem.to_owned()])
        }
    }

    /// Any of these words, as they stand in the index: folded and not stemmed.
    pub(crate) fn exact_forms(forms: impl IntoIterator<Item = String>) -> Self {
        Self::single(Element::Exact(forms.into_iter().collect()))
    }

    /// Words that begin with `prefix`, which is folded.
    pub(crate) fn prefix(prefix: &str) -> Self {
        Self::single(Element::Prefix(prefix.to_owned()))
    }

    /// Any forms of these words, as far from each other as their positions say.
    pub(crate) fn sequence(cells: &[(u32, WordForm)]) -> Self {
        let first = cells.first().map_or(0, |(at, _)| *at);
        let element = |(at, form): &(u32, WordForm)| {
            (
                at - first,
                Element::Stems(BTreeSet::from([form.stem.clone()])),
            )
        };
        Self {
            elements: cells.iter().map(element).collect(),
            is_alternative: false,
        }
    }

    /// As [`Pattern::sequence`], with any of several words at each place.
    pub(crate) fn alternatives(cells: &[(u32, Vec<WordForm>)]) -> Self {
        let stems = |forms: &[WordForm]| forms.iter().map(|form| form.stem.clone()).collect();
        let element = |(at, forms): &(u32, Vec<WordForm>)| (*at, Element::Stems(stems(forms)));
        Self {
            elements: cells.iter().map(element).collect(),
            is_alternative: false,
        }
    }

    fn single(element: Element) -> Self {
        Self {
            elements: vec![(0, element)],
            is_alternative: false,
        }
    }
}

/// The patterns, each once with what stands in for it: a pasted page says its words many times.
pub(crate) fn distinct(patterns: Vec<Pattern>) -> Vec<Pattern> {
    let mut groups: Vec<Vec<Pattern>> = Vec::new();
    for pattern in patterns {
        match groups.last_mut() {
            Some(group) if pattern.is_alternative => group.push(pattern),
            _ => groups.push(vec![pattern]),
        }
    }
    let mut seen = HashSet::new();
    groups.retain(|group| seen.insert(group.clone()));
    groups.into_iter().flatten().collect()
}

/// Finds the patterns of a query in texts.
pub(crate) struct Marker<'p> {
    patterns: &'p [Pattern],
    /// Which word of the query each pattern stands for.
    word_of: Vec<usize>,
    words: usize,
    by_stem: HashMap<&'p str, Vec<Place>>,
    by_form: HashMap<&'p str, Vec<Place>>,
    prefixes: Vec<(&'p str, Place)>,
    /// How all that matches any element begins.
    beginnings: Beginnings,
    /// Finds the texts in which a pattern may be whole.
    finder: Finder,
    analyzer: Analyzer,
}

/// Numbers of a pattern and of one of its elements.
type Place = (usize, usize);

/// A match in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) range: Range<usize>,
    /// Number of the word of the query it stands for, below [`Marker::words`].
    pub(super) word: usize,
}

impl<'p> Marker<'p> {
    pub(crate) fn new(patterns: &'p [Pattern], analyzer: Analyzer) -> Self {
        let (word_of, words) = words_of(patterns);
        let mut marker = Self {
            patterns,
            word_of,
            words,
            by_stem: HashMap::new(),
            by_form: HashMap::new(),
            prefixes: Vec::new(),
            beginnings: Beginnings::default(),
            finder: Beginnings::default().finder(),
            analyzer,
        };
        for (p, pattern) in patterns.iter().enumerate() {
            for (e, (_, element)) in pattern.elements.iter().enumerate() {
                marker.learn(element, (p, e));
            }
        }
        let (mut all, mut telling) = (Beginnings::default(), Beginnings::default());
        for pattern in patterns {
            let elements = pattern.elements.iter();
            let elements = elements.map(|(_, element)| marker.beginnings_of(element));
            let elements: Vec<Beginnings> = elements.collect();
            for beginnings in &elements {
                all = all.or(beginnings);
            }
            // Without its most telling element, a pattern is nowhere.
            if let Some(most) = elements.iter().max_by_key(|one| one.shortest()) {
                telling = telling.or(most);
            }
        }
        marker.finder = telling.finder();
        marker.beginnings = all;
        marker
    }

    fn beginnings_of(&self, element: &Element) -> Beginnings {
        match element {
            Element::Stems(stems) => self
                .analyzer
                .beginnings_of(stems.iter().map(String::as_str)),
            Element::Exact(forms) => Beginnings::of(forms.iter().map(String::as_str)),
            Element::Prefix(prefix) => Beginnings::of([prefix.as_str()]),
        }
    }

    fn learn(&mut self, element: &'p Element, place: Place) {
        let (words, by_word) = match element {
            Element::Stems(stems) => (stems, &mut self.by_stem),
            Element::Exact(forms) => (forms, &mut self.by_form),
            Element::Prefix(prefix) => return self.prefixes.push((prefix, place)),
        };
        for word in words {
            by_word.entry(word).or_default().push(place);
        }
    }

    /// Number of different words of the query that a text can match.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Byte ranges of the matches in `text`, in order and apart from each other.
    pub(crate) fn marks(&mut self, text: &str) -> Vec<Range<usize>> {
        merged(
            self.find(text)
                .into_iter()
                .map(|found| found.range)
                .collect(),
        )
    }

    /// The matches in `text`, in the order of their beginnings.
    pub(super) fn find(&mut self, text: &str) -> Vec<Match> {
        if !self.finder.may_be_in(text) {
            return Vec::new();
        }
        let parts = self.parts(text);
        let mut places: HashMap<(usize, usize, u32), usize> = HashMap::new();
        let is_sequence = |part: &&Part| self.patterns[part.pattern].elements.len() > 1;
        for part in parts.iter().filter(is_sequence) {
            let place = (part.pattern, part.element, part.position);
            places.insert(place, part.range.end);
        }
        let mut found = Vec::new();
        for part in parts.iter().filter(|part| part.element == 0) {
            let elements = &self.patterns[part.pattern].elements;
            let place = |(e, (offset, _)): (usize, &(u32, Element))| {
                places
                    .get(&(part.pattern, e, part.position + offset))
                    .copied()
            };
            let ends: Option<Vec<usize>> = elements.iter().enumerate().skip(1).map(place).collect();
            let Some(ends) = ends else { continue };
            let end = ends.last().copied().unwrap_or(part.range.end);
            found.push(Match {
                range: part.range.start..end,
                word: self.word_of[part.pattern],
            });
        }
        found.sort_by_key(|found| (found.range.start, found.range.end));
        found
    }

    /// The tokens of a text that are an element of a pattern, in order.
    fn parts(&mut self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let Self {
            by_stem,
            by_form,
            prefixes,
            beginnings,
            analyzer,
            ..
        } = self;
        analyzer.each_token_of(text, beginnings, |token| {
            let stems = by_stem.get(token.stem).into_iter().flatten();
            let forms = by_form.get(token.exact).into_iter().flatten();
            let begins = |(prefix, _): &&(&str, Place)| token.exact.starts_with(prefix);
            let begun = prefixes.iter().filter(begins).map(|(_, place)| place);
            for &(pattern, element) in stems.chain(forms).chain(begun) {
                parts.push(Part {
                    pattern,
                    element,
                    position: token.position,
                    range: token.start..token.end,
                });
            }
        });
        parts
    }
}

/// Which word of the query each pattern stands for, and how many words there are. A word typed
/// twice is one.
fn words_of(patterns: &[Pattern]) -> (Vec<usize>, usize) {
    let mut word_of: Vec<usize> = Vec::with_capacity(patterns.len());
    let mut seen: HashMap<&Pattern, usize> = HashMap::new();
    let mut words = 0;
    for pattern in patterns {
        let word = match word_of.last() {
            Some(last) if pattern.is_alternative => *last,
            _ => *seen.entry(pattern).or_insert(words),
        };
        words = words.max(word + 1);
        word_of.push(word);
    }
    (word_of, words)
}

/// A token that is an element of a pattern.
struct Part {
    pattern: usize,
    element: usize,
    position: u32,
    range: Range<usize>,
}

/// The union of ranges, in order and apart from each other.
pub(super) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
