//! What of a text matches a query.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use gleaner_store::{Analyzer, Beginnings, Finder};

use super::STRETCH;
use super::cut::floor;
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

/// Lookups of further words of sequences in one text, after which no more are found: many times what a
/// text takes that was not made for it.
pub(super) const MOST_LOOKUPS: usize = 1 << 22;

/// Finds the patterns of a query in texts.
pub(crate) struct Marker<'p> {
    /// Of each pattern, the offsets and numbers of its elements.
    patterns: Vec<Vec<(u32, usize)>>,
    /// Which word of the query each pattern stands for.
    word_of: Vec<usize>,
    words: usize,
    /// Of each element, the patterns that begin with it. Elements that are alike are one.
    beginning_with: Vec<Vec<usize>>,
    by_stem: HashMap<&'p str, Vec<usize>>,
    by_form: HashMap<&'p str, Vec<usize>>,
    prefixes: Vec<(&'p str, usize)>,
    /// How all that matches any element begins.
    beginnings: Beginnings,
    /// Finds the texts in which a pattern may be whole.
    finder: Finder,
    analyzer: Analyzer,
    /// Of each element, where it stands in the text at hand, and which elements are there at all.
    places: Vec<Vec<Place>>,
    there: Vec<usize>,
}

/// Where an element stands in a text.
struct Place {
    position: u32,
    range: Range<usize>,
    /// Place among all that was found, by which equals are in order.
    order: usize,
}

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
            patterns: Vec::with_capacity(patterns.len()),
            word_of,
            words,
            beginning_with: Vec::new(),
            by_stem: HashMap::new(),
            by_form: HashMap::new(),
            prefixes: Vec::new(),
            beginnings: Beginnings::default(),
            finder: Beginnings::default().finder(),
            analyzer,
            places: Vec::new(),
            there: Vec::new(),
        };
        let elements = marker.learn(patterns);
        let beginnings = elements.iter().map(|one| marker.beginnings_of(one));
        let beginnings: Vec<Beginnings> = beginnings.collect();
        let mut telling: BTreeSet<usize> = BTreeSet::new();
        for pattern in &marker.patterns {
            let elements = pattern.iter().map(|(_, element)| *element);
            // Without its most telling element, a pattern is nowhere.
            telling.extend(elements.max_by_key(|one| beginnings[*one].shortest()));
        }
        let telling = telling.into_iter().map(|one| beginnings[one].clone());
        marker.finder = any_of(&telling.collect::<Vec<_>>()).finder();
        marker.beginnings = any_of(&beginnings);
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

    /// Takes the patterns, and gives their different elements.
    fn learn(&mut self, patterns: &'p [Pattern]) -> Vec<&'p Element> {
        let mut elements: Vec<&Element> = Vec::new();
        let mut numbers: HashMap<&Element, usize> = HashMap::new();
        for (p, pattern) in patterns.iter().enumerate() {
            let mut learned = Vec::with_capacity(pattern.elements.len());
            for (offset, element) in &pattern.elements {
                let number = *numbers.entry(element).or_insert_with(|| {
                    elements.push(element);
                    elements.len() - 1
                });
                learned.push((*offset, number));
            }
            self.beginning_with.resize(elements.len(), Vec::new());
            if let Some((_, first)) = learned.first() {
                self.beginning_with[*first].push(p);
            }
            self.patterns.push(learned);
        }
        for (number, element) in elements.iter().enumerate() {
            let (words, by_word) = match element {
                Element::Stems(stems) => (stems, &mut self.by_stem),
                Element::Exact(forms) => (forms, &mut self.by_form),
                Element::Prefix(prefix) => {
                    self.prefixes.push((prefix, number));
                    continue;
                }
            };
            for word in words {
                by_word.entry(word).or_default().push(number);
            }
        }
        self.places.resize_with(elements.len(), Vec::new);
        elements
    }

    /// Number of different words of the query that a text can match.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Byte ranges of the matches in `text`, in order and apart from each other; of a very long one, in
    /// its beginning.
    pub(crate) fn marks(&mut self, text: &str) -> Vec<Range<usize>> {
        let beginning = &text[..floor(text, STRETCH)];
        merged(
            self.find(beginning)
                .into_iter()
                .map(|found| found.range)
                .collect(),
        )
    }

    /// Whether anything may be found in a text. Where it says no, there is nothing.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        self.finder.may_be_in(text)
    }

    /// The matches in `text`, in the order of their beginnings.
    pub(super) fn find(&mut self, text: &str) -> Vec<Match> {
        if !self.may_be_in(text) {
            return Vec::new();
        }
        self.look_for_elements(text);
        let mut found = Vec::new();
        let mut lookups = 0;
        for element in &self.there {
            for pattern in &self.beginning_with[*element] {
                for place in &self.places[*element] {
                    if lookups >= MOST_LOOKUPS {
                        break;
                    }
                    if let Some(end) = self.end_of(*pattern, place, &mut lookups) {
                        let (range, word) = (place.range.start..end, self.word_of[*pattern]);
                        found.push((Match { range, word }, place.order, *pattern));
                    }
                }
            }
        }
        found.sort_unstable_by_key(|(found, order, pattern)| {
            (found.range.start, found.range.end, *order, *pattern)
        });
        found.into_iter().map(|(found, ..)| found).collect()
    }

    /// Where a pattern ends whose first element stands at a place; `None` if the others do not follow.
    fn end_of(&self, pattern: usize, first: &Place, lookups: &mut usize) -> Option<usize> {
        let mut end = first.range.end;
        for (offset, element) in &self.patterns[pattern][1..] {
            *lookups += 1;
            let position = first.position + offset;
            let places = &self.places[*element];
            // The last of those at the same position: a compound is found before its part.
            let after = places.partition_point(|place| place.position <= position);
            let place = places[..after].last()?;
            if place.position != position {
                return None;
            }
            end = place.range.end;
        }
        Some(end)
    }

    /// Looks for the elements of the patterns in a text.
    fn look_for_elements(&mut self, text: &str) {
        let Self {
            by_stem,
            by_form,
            prefixes,
            beginnings,
            analyzer,
            places,
            there,
            ..
        } = self;
        for element in there.drain(..) {
            places[element].clear();
        }
        let mut order = 0;
        analyzer.each_token_of(text, beginnings, |token| {
            let stems = by_stem.get(token.stem).into_iter().flatten();
            let forms = by_form.get(token.exact).into_iter().flatten();
            let begins = |(prefix, _): &&(&str, usize)| token.exact.starts_with(prefix);
            let begun = prefixes.iter().filter(begins).map(|(_, place)| place);
            // Stems come before forms, and these before beginnings.
            for (kind, element) in stems
                .map(|element| (0, element))
                .chain(forms.map(|element| (1, element)))
                .chain(begun.map(|element| (2, element)))
            {
                if places[*element].is_empty() {
                    there.push(*element);
                }
                places[*element].push(Place {
                    position: token.position,
                    range: token.start..token.end,
                    order: order + kind,
                });
            }
            order += 3;
        });
    }
}

/// What is of interest to any of them. Each beginning is sorted in as often as halves can be halved.
fn any_of(beginnings: &[Beginnings]) -> Beginnings {
    match beginnings {
        [] => Beginnings::default(),
        [one] => one.clone(),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            any_of(left).or(&any_of(right))
        }
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
