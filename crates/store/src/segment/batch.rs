//! Words on their way into the fields, some hundred at a time.
//!
//! The tables in which a word is looked up and the lists it is entered into are far larger than the
//! nearer caches. Taken one by one, each word would wait for memory several times, and the next one
//! for it. So every step is taken for all words of a batch before the next step is, and what a step
//! needs is read in advance for all of them, where nothing waits for what was read: the processor
//! fetches many places at once.

use std::hint::black_box;
use std::ops::Range;

use super::inverted::{Form, Inverted, Part};
use super::vocabulary::Key;
use crate::analysis::{Stems, Word};
use crate::sketch::Sketcher;

/// Words of a batch: enough to fetch at once, and few enough to stay in the nearest cache.
const BATCH_WORDS: usize = 256;

/// What a text is to the likeness of articles.
#[derive(Clone, Copy)]
pub(super) enum Likeness {
    /// It is compared.
    Text,
    /// It is compared where the text is short. So is the title: an edited headline does not hide a
    /// copy.
    Beside,
    /// It is a label.
    Nothing,
}

/// Which fields the words of a text are entered into.
#[derive(Clone, Copy)]
pub(super) struct Route {
    /// Whether they are part of the text.
    pub(super) text: bool,
    /// The field of the part of the article that they are, if it has one.
    pub(super) own: Option<Part>,
    pub(super) likeness: Likeness,
}

impl Route {
    /// Into this field alone, and for a title into that of its exact words.
    pub(super) fn to(own: Part) -> Self {
        Self {
            text: false,
            own: Some(own),
            likeness: Likeness::Nothing,
        }
    }
}

/// Words that wait to be entered.
#[derive(Default)]
pub(super) struct Batch {
    /// The words one after another.
    letters: String,
    words: Vec<Waiting>,
}

/// A word that waits.
struct Waiting {
    /// Its exact form among the letters.
    exact: Range<usize>,
    key: Key,
    /// Its form with diacritics among the letters, if its stem depends on them.
    marked: Option<Range<usize>>,
    /// Whether it stands at the position of the word before.
    joined: bool,
    /// Whether no phrase reaches to it from what was there before.
    gap: bool,
    route: Route,
    form: Form,
}

impl Batch {
    /// Adds a word; true if the batch has to be entered now.
    #[inline]
    #[must_use]
    pub(super) fn add(&mut self, word: Word<'_>, gap: bool, route: Route) -> bool {
        let exact = self.append(word.exact);
        let marked = word.marked.map(|marked| self.append(marked));
        self.words.push(Waiting {
            exact,
            key: Key::of(word.exact.as_bytes()),
            marked,
            joined: !word.kind.is_word(),
            gap,
            route,
            form: Form::UNKNOWN,
        });
        self.words.len() >= BATCH_WORDS
    }

    fn append(&mut self, word: &str) -> Range<usize> {
        let start = self.letters.len();
        self.letters.push_str(word);
        start..self.letters.len()
    }

    /// Enters the words into the fields, in their order; afterwards all is empty again.
    pub(super) fn enter(
        &mut self,
        inverted: &mut Inverted,
        stems: &mut Stems,
        sketcher: &mut Sketcher,
    ) {
        let Self { letters, words } = self;
        inverted.fetch_numbers(Part::Text, words.iter().map(|word| word.key));
        for word in &mut *words {
            word.form = inverted.form(&letters[word.exact.clone()], word.key, stems);
        }
        let in_text = words.iter().filter(|word| word.route.text);
        let forms = in_text.map(|word| word.form);
        inverted.fetch_lists(Part::Text, forms.clone().map(|form| form.stem));
        inverted.fetch_lists(Part::Exact, forms.map(|form| form.exact));
        for word in words.drain(..) {
            let marked = word.marked.map(|marked| &letters[marked]);
            let (stem, unmarked) = inverted.stems(marked, word.form, stems);
            let Route {
                text,
                own,
                likeness,
            } = word.route;
            let (exact, joined) = (word.form.exact, word.joined);
            for part in text.then_some(Part::Text).into_iter().chain(own) {
                if word.gap {
                    inverted.gap(part);
                }
                inverted.push(part, stem, joined);
                if let Some(unmarked) = unmarked {
                    inverted.push(part, unmarked, true);
                }
            }
            if text {
                inverted.push(Part::Exact, exact, joined);
            }
            if own == Some(Part::Title) {
                inverted.push(Part::TitleExact, exact, joined);
            }
            match likeness {
                Likeness::Text if !joined => sketcher.word(word.form.hash),
                Likeness::Beside if !joined => sketcher.word_beside(word.form.hash),
                _ => {}
            }
        }
        letters.clear();
    }
}

/// Labels of a document that wait to be entered into one field, as the words of a batch do.
#[derive(Default)]
pub(super) struct Labels {
    /// The labels one after another.
    letters: Vec<u8>,
    labels: Vec<WaitingLabel>,
}

/// A label that waits.
struct WaitingLabel {
    range: Range<usize>,
    key: Key,
    /// Whether it stands at the position of the label before.
    joined: bool,
    /// Whether no phrase reaches to it from what was there before.
    gap: bool,
}

impl Labels {
    /// Adds a label made of two parts.
    pub(super) fn add(&mut self, [prefix, word]: [&str; 2], joined: bool, gap: bool) {
        let start = self.letters.len();
        self.letters.extend_from_slice(prefix.as_bytes());
        self.letters.extend_from_slice(word.as_bytes());
        self.labels.push(WaitingLabel {
            range: start..self.letters.len(),
            key: Key::of(&self.letters[start..]),
            joined,
            gap,
        });
    }

    /// Enters the labels into a field, in their order.
    pub(super) fn enter(self, part: Part, inverted: &mut Inverted) {
        let Self { letters, labels } = self;
        let mut terms = Vec::with_capacity(labels.len().min(BATCH_WORDS));
        for labels in labels.chunks(BATCH_WORDS) {
            inverted.fetch_numbers(part, labels.iter().map(|label| label.key));
            let number =
                |label: &WaitingLabel| inverted.label(&letters[label.range.clone()], label.key);
            terms.clear();
            terms.extend(labels.iter().map(number));
            inverted.fetch_lists(part, terms.iter().copied().flatten());
            for (label, &term) in labels.iter().zip(&terms) {
                if label.gap {
                    inverted.gap(part);
                }
                inverted.push_label(part, term, label.joined);
            }
        }
    }
}

/// Reads numbers that lie far apart, so that they are near when they are needed.
pub(super) fn fetch(numbers: impl Iterator<Item = u32>) {
    black_box(numbers.fold(0, std::ops::BitXor::bitxor));
}
