//! Which words the articles have, and which of them are near to one they have not.

use std::cmp::Reverse;
use std::collections::HashMap;

use gleaner_store::{Analyzer, Language, Result, Snapshot};
use tantivy::Term;

use crate::automaton::WordPattern;
use crate::deadline::Deadline;
use crate::rank::{WordForm, live_frequency};
use crate::stop_words::is_stop_word;
use crate::terms::{NearForm, expand, form_of, fuzzy_forms};
use crate::words::Reading;

/// Fewest letters of a word that is read as another one. Shorter ones are near to anything.
const MIN_LETTERS: usize = 4;

/// Fewest letters of a word that is read as one two edits away.
const MIN_LETTERS_OF_TWO_EDITS: usize = 8;

/// Fewest letters of a word for which another one is suggested.
const MIN_LETTERS_OF_A_SUGGESTION: usize = 3;

/// Most words a single one is read as.
const MAX_VARIANTS: usize = 8;

/// Most words suggested for a single one.
const MAX_SUGGESTIONS: usize = 3;

/// The words of an index.
pub(crate) struct Vocabulary<'s> {
    snapshot: &'s Snapshot,
    deadline: Deadline,
    analyzer: Analyzer,
    language: Language,
    /// Of each stem that was looked up, the number of articles with it.
    frequencies: HashMap<String, u64>,
}

impl<'s> Vocabulary<'s> {
    pub(crate) fn of(snapshot: &'s Snapshot, deadline: &Deadline) -> Self {
        Self {
            snapshot,
            deadline: deadline.clone(),
            analyzer: snapshot.store().analyzer(),
            language: snapshot.store().language(),
            frequencies: HashMap::new(),
        }
    }

    /// Whether nothing more is to be looked up.
    pub(crate) fn is_late(&self) -> bool {
        self.deadline.has_passed()
    }

    /// What a word or phrase is in the index.
    pub(crate) fn reading(&mut self, text: &str) -> Reading {
        Reading::of(text, &mut self.analyzer)
    }

    /// The single word that two words are when they are written together.
    pub(crate) fn joined(&mut self, left: &WordForm, right: &WordForm) -> WordForm {
        form_of(format!("{}{}", left.exact, right.exact), &mut self.analyzer)
    }

    /// Whether a word is too common to say what a query is about.
    pub(crate) fn is_common(&self, form: &WordForm) -> bool {
        is_stop_word(&form.exact, self.language)
    }

    /// Number of live articles with a word in any form; where none has it in its text, of those that
    /// have it in a related entry.
    pub(crate) fn frequency(&mut self, form: &WordForm) -> Result<u64> {
        if let Some(frequency) = self.frequencies.get(&form.stem) {
            return Ok(*frequency);
        }
        let fields = self.snapshot.fields();
        let mut frequency = 0;
        for field in [fields.text, fields.related] {
            let term = Term::from_field_text(field, &form.stem);
            for segment in self.snapshot.searcher().segment_readers() {
                frequency += live_frequency(segment, &term).map_err(self.snapshot.damaged())?;
            }
            if frequency > 0 {
                break;
            }
        }
        self.frequencies.insert(form.stem.clone(), frequency);
        Ok(frequency)
    }

    /// The words of the index that an unknown word may safely be read as, the nearest first, then the
    /// most frequent: those that begin with it, and those an edit away, from eight letters on two.
    /// Where some are an edit away, none are that are two away. Nothing is near to a word with a digit
    /// in it: nobody means `2024` by `2023`.
    pub(crate) fn variants(&mut self, word: &str) -> Result<Vec<String>> {
        let letters = letters(word);
        if letters < MIN_LETTERS {
            return Ok(Vec::new());
        }
        let distance = 1 + u8::from(letters >= MIN_LETTERS_OF_TWO_EDITS);
        let mut near = self.begins_with(word)?;
        near.extend(self.misspelled(word, distance)?);
        near.sort_by(|a, b| {
            let nearer = a.distance.cmp(&b.distance);
            nearer
                .then(Reverse(a.frequency).cmp(&Reverse(b.frequency)))
                .then_with(|| a.form.exact.cmp(&b.form.exact))
        });
        near.dedup_by(|a, b| a.form.exact == b.form.exact);
        let nearest = near.first().map_or(0, |near| near.distance);
        near.retain(|near| near.distance == nearest);
        near.truncate(MAX_VARIANTS);
        Ok(near.into_iter().map(|near| near.form.exact).collect())
    }

    /// Words of the index that may have been meant by an unknown one, the likeliest first.
    pub(crate) fn suggestions(&mut self, word: &str) -> Result<Vec<String>> {
        let mut words = self.variants(word)?;
        let letters = letters(word);
        if words.is_empty() && letters >= MIN_LETTERS_OF_A_SUGGESTION {
            // Two edits of three letters leave one: that is near to every short word.
            let distance = 1 + u8::from(letters > MIN_LETTERS_OF_A_SUGGESTION);
            let near = self.misspelled(word, distance)?;
            words = near.into_iter().map(|near| near.form.exact).collect();
        }
        words.truncate(MAX_SUGGESTIONS);
        Ok(words)
    }

    fn begins_with(&mut self, word: &str) -> Result<Vec<NearForm>> {
        let pattern = WordPattern::prefix(word);
        let fields = self.snapshot.fields();
        let mut words = expand(self.snapshot, fields.exact, ("", &pattern), &self.deadline)?;
        if words.is_empty() {
            words = expand(
                self.snapshot,
                fields.related,
                ("", &pattern),
                &self.deadline,
            )?;
        }
        let near = words.into_iter().map(|word| NearForm {
            distance: word.distance.max(1),
            frequency: word.frequency,
            form: form_of(word.term, &mut self.analyzer),
        });
        Ok(near.collect())
    }

    /// The words of all articles so many edits away.
    fn misspelled(&mut self, word: &str, distance: u8) -> Result<Vec<NearForm>> {
        fuzzy_forms(
            self.snapshot,
            &mut self.analyzer,
            (word, distance),
            &self.deadline,
        )
    }
}

/// Number of letters of a word that may be misspelled; 0 of one with a digit in it.
fn letters(word: &str) -> usize {
    if word.chars().any(char::is_numeric) {
        return 0;
    }
    word.chars().count()
}
