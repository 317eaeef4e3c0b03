//! Words, phrases and patterns as conditions, and what they are worth.
//!
//! A word or a phrase is found in all its forms, by stems; the form that was typed ranks above the
//! others. A pattern is found in exactly the forms it describes.

use gleaner_store::{BODY_COLUMN, Result};
use tantivy::Term;
use tantivy::query::{EmptyQuery, Query, TermSetQuery};
use tantivy::schema::Field;

use crate::automaton::WordPattern;
use crate::compile::{Compiler, Scoring, reading_query, union};
use crate::deadline::Deadline;
use crate::filter::DocumentFilter;
use crate::limits::{MAX_EXPANDED, MAX_PATTERNS};
use crate::parse::{Clause, Node, NoteKind, Occur, Span};
use crate::positions::PositionQuery;
use crate::rank::{Evidence, Instead, WordForm};
use crate::snippet::Pattern;
use crate::terms::{Expanded, MAX_SCORED, expand, form_of};
use crate::words::Reading;

impl Compiler<'_> {
    pub(crate) fn word(
        &mut self,
        word: &str,
        clause: &Clause,
        scoring: Scoring,
    ) -> Option<Box<dyn Query>> {
        let reading = self.reading(word);
        let Clause { span, occur, .. } = *clause;
        if reading.is_empty() {
            self.notes.add(NoteKind::NoWord, span.start, span.end);
            return None;
        }
        if reading.is_common(self.language) && self.drops_stop_words && occur == Occur::Should {
            self.notes.add(NoteKind::CommonWord, span.start, span.end);
            return None;
        }
        self.is_by_words &= reading.single().is_some();
        if scoring == Scoring::Counts {
            self.count(&reading);
        }
        Some(self.anywhere(&reading, 0))
    }

    /// The articles that have a word or phrase in the text or in a related entry.
    fn anywhere(&self, reading: &Reading, slop: u32) -> Box<dyn Query> {
        let fields = self.fields();
        reading_query(
            &[fields.text, fields.related],
            reading,
            slop,
            &self.deadline,
        )
    }

    /// Takes a word as evidence and as something to mark.
    pub(crate) fn count(&mut self, reading: &Reading) {
        // The parts of a compound are evidence one by one, and the joined form stands in for them.
        let first = self.evidence.len();
        let words = reading.cells.iter();
        self.evidence
            .extend(words.map(|(_, form)| Evidence::word(form.clone())));
        if let (Some(joined), Some(word)) = (&reading.joined, self.evidence.get_mut(first)) {
            word.instead = Some(Instead {
                form: joined.clone(),
                covers: reading.cells.len(),
            });
        }
        self.mark(reading);
    }

    fn mark(&mut self, reading: &Reading) {
        self.patterns.push(Pattern::sequence(&reading.cells));
        self.patterns.extend(
            reading
                .joined
                .iter()
                .map(|form| Pattern::instead(&form.stem)),
        );
    }

    pub(crate) fn phrase(
        &mut self,
        text: &str,
        slop: u32,
        span: Span,
        scoring: Scoring,
    ) -> Option<Box<dyn Query>> {
        let reading = self.reading(text);
        if reading.is_empty() {
            self.notes.add(NoteKind::NoWord, span.start, span.end);
            return None;
        }
        if scoring == Scoring::Counts {
            // The words of a phrase are evidence one by one: a long phrase says more.
            if reading.joined.is_some() {
                self.count(&reading);
            } else {
                let words = reading.cells.iter();
                self.evidence
                    .extend(words.map(|(_, form)| Evidence::word(form.clone())));
                if slop == 0 {
                    self.patterns.push(Pattern::sequence(&reading.cells));
                } else {
                    let single = |(_, form): &(u32, WordForm)| Pattern::word([form.stem.clone()]);
                    self.patterns.extend(reading.cells.iter().map(single));
                }
            }
        }
        Some(self.anywhere(&reading, slop))
    }

    /// The articles with words near to those typed, which count in all their forms.
    pub(crate) fn variants(
        &mut self,
        (cells, slop): (&[(u32, Vec<String>)], u32),
        span: Span,
        scoring: Scoring,
    ) -> Box<dyn Query> {
        let first = cells.first().map_or(0, |(at, _)| *at);
        let mut places = Vec::with_capacity(cells.len());
        for (at, words) in cells {
            let words = words.iter().cloned();
            let forms = words.map(|word| form_of(word, &mut self.analyzer));
            places.push((at - first, forms.collect::<Vec<WordForm>>()));
        }
        if scoring == Scoring::Counts {
            let typed = self.text_of(span);
            for (_, forms) in &places {
                let label = match &forms[..] {
                    [form, ..] if places.len() > 1 => form.exact.clone(),
                    _ => typed.clone(),
                };
                self.evidence.push(Evidence {
                    is_unstemmed: false,
                    ..Evidence::forms(label, forms.clone())
                });
            }
            self.patterns.push(Pattern::alternatives(&places));
        }
        let [text, related] = [self.fields().text, self.fields().related]
            .map(|field| alternatives_query(field, &places, slop, &self.deadline));
        union(vec![text, related])
    }

    /// The articles with a word of a certain shape.
    pub(crate) fn pattern(
        &mut self,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let Some(pattern) = self.word_pattern(node, span) else {
            return self.as_word(node.text(), span, scoring);
        };
        let field = self.fields().exact;
        let words = self.words_of(&pattern)?;
        if scoring == Scoring::Counts {
            self.count_pattern((node, &pattern), &words, span);
        }
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        if !words.is_empty() {
            let terms = words.iter().map(|word| &word.term);
            queries.push(any_term(field, terms));
        }
        if let Node::Fuzzy { text, .. } = node {
            let reading = self.reading(text);
            queries.push(self.anywhere(&reading, 0));
        }
        Ok(Some(union_or_nothing(queries)))
    }

    /// What a node that is a pattern means; `None`, with a note, if it cannot be read.
    pub(crate) fn word_pattern(&mut self, node: &Node, span: Span) -> Option<WordPattern> {
        if self.expansions >= MAX_PATTERNS {
            self.notes.add(NoteKind::ManyPatterns, span.start, span.end);
            return None;
        }
        if self.expanded > MAX_EXPANDED {
            self.notes
                .add(NoteKind::ManyExpansions, span.start, span.end);
            return None;
        }
        self.expansions += 1;
        let pattern = match node {
            Node::Prefix(text) => Some(WordPattern::prefix(text)),
            Node::Wildcard(text) => WordPattern::wildcard(text),
            Node::Fuzzy { text, distance } => Some(WordPattern::fuzzy(text, *distance)),
            Node::Regex(text) => WordPattern::regex(text),
            Node::Word(_)
            | Node::Phrase { .. }
            | Node::Variants { .. }
            | Node::Field { .. }
            | Node::Group(_) => None,
        };
        if pattern.is_none() {
            self.notes.add(NoteKind::BadPattern, span.start, span.end);
        }
        pattern
    }

    /// The words of all articles that a pattern stands for.
    fn words_of(&mut self, pattern: &WordPattern) -> Result<Vec<Expanded>> {
        let words = expand(
            self.snapshot,
            self.fields().exact,
            ("", pattern),
            &self.deadline,
        )?;
        self.expanded += words.len();
        Ok(words)
    }

    /// Takes the words a pattern stands for as one word of evidence, the best of them only.
    ///
    /// What is typed with a tilde is a word as well, and counts in all its forms.
    fn count_pattern(
        &mut self,
        (node, pattern): (&Node, &WordPattern),
        words: &[Expanded],
        span: Span,
    ) {
        let left_out = words.len().saturating_sub(MAX_SCORED);
        if left_out > 0 {
            let kind = NoteKind::ManyWords(left_out);
            self.notes.add(kind, span.start, span.end);
        }
        let scored = words.iter().take(MAX_SCORED);
        let forms: Vec<WordForm> = scored
            .map(|word| form_of(word.term.clone(), &mut self.analyzer))
            .collect();
        let place = self.evidence.len();
        if !forms.is_empty() {
            let unscored = words.iter().skip(MAX_SCORED);
            self.evidence.push(Evidence {
                unscored: unscored.map(|word| word.term.clone()).collect(),
                ..Evidence::forms(self.text_of(span), forms)
            });
            let terms = words.iter().map(|word| word.term.clone());
            self.patterns.push(match pattern {
                WordPattern::Prefix(prefix) => Pattern::prefix(prefix),
                _ => Pattern::exact_forms(terms),
            });
        }
        if let Node::Fuzzy { text, .. } = node {
            let reading = self.reading(text);
            self.is_by_words &= reading.single().is_some();
            match (reading.single(), self.evidence.get_mut(place)) {
                (Some(typed), Some(forms)) => {
                    let (form, covers) = (typed.clone(), 1);
                    self.patterns.push(Pattern::instead(&form.stem));
                    forms.instead = Some(Instead { form, covers });
                }
                _ => self.count(&reading),
            }
        }
    }

    /// A condition on one part of the article, whose words count as well.
    ///
    /// A part is known by its stems only, so a pattern finds all forms of the words it stands for.
    pub(crate) fn part(
        &mut self,
        field: Field,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let (text, slop) = match node {
            Node::Word(text) => (text, 0),
            Node::Phrase { text, slop } => (text, *slop),
            Node::Group(_) | Node::Field { .. } => return Ok(None),
            pattern => return self.part_pattern(field, pattern, span, scoring),
        };
        let reading = self.reading(text);
        if reading.is_empty() {
            self.notes.add(NoteKind::NoWord, span.start, span.end);
            return Ok(None);
        }
        if scoring == Scoring::Counts {
            self.count(&reading);
        }
        Ok(Some(reading_query(
            &[field],
            &reading,
            slop,
            &self.deadline,
        )))
    }

    /// The stems of words, each once.
    fn stems_of(&mut self, words: &[Expanded]) -> Vec<String> {
        let stem = |word: &Expanded| self.analyzer.stem(&word.term).to_owned();
        let mut stems: Vec<String> = words.iter().map(stem).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    fn part_pattern(
        &mut self,
        field: Field,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let Some(pattern) = self.word_pattern(node, span) else {
            let words = Node::Word(node.text().to_owned());
            return self.part(field, &words, span, scoring);
        };
        let mut words = self.words_of(&pattern)?;
        if field == self.fields().related {
            // Words of related entries need not be words of any article.
            words.extend(expand(
                self.snapshot,
                field,
                ("", &pattern),
                &self.deadline,
            )?);
        }
        if scoring == Scoring::Counts {
            self.count_pattern((node, &pattern), &words, span);
        }
        let stems = self.stems_of(&words);
        let mut queries = vec![any_term(field, stems.iter())];
        if let Node::Fuzzy { text, .. } = node {
            let reading = self.reading(text);
            queries.push(reading_query(&[field], &reading, 0, &self.deadline));
        }
        Ok(Some(union(queries)))
    }
}

impl Compiler<'_> {
    /// A condition on the prose, whose words count as well.
    ///
    /// The prose is the end of the text, so it is told from the rest by where words stand.
    pub(crate) fn body(
        &mut self,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let (text, slop) = match node {
            Node::Word(text) => (text, 0),
            Node::Phrase { text, slop } => (text, *slop),
            Node::Group(_) | Node::Field { .. } => return Ok(None),
            pattern => return self.body_pattern(pattern, span, scoring),
        };
        let reading = self.reading(text);
        if reading.is_empty() {
            self.notes.add(NoteKind::NoWord, span.start, span.end);
            return Ok(None);
        }
        if scoring == Scoring::Counts {
            self.count(&reading);
        }
        Ok(Some(self.in_body(&reading, slop)))
    }

    fn body_pattern(
        &mut self,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        let Some(pattern) = self.word_pattern(node, span) else {
            let words = Node::Word(node.text().to_owned());
            return self.body(&words, span, scoring);
        };
        let words = self.words_of(&pattern)?;
        if scoring == Scoring::Counts {
            self.count_pattern((node, &pattern), &words, span);
        }
        let stems = self.stems_of(&words);
        let mut queries = vec![self.body_cells(vec![(0, stems)], 0)];
        if let Node::Fuzzy { text, .. } = node {
            let reading = self.reading(text);
            queries.push(self.in_body(&reading, 0));
        }
        Ok(Some(union(queries)))
    }

    /// The articles that have a word or phrase in the prose.
    fn in_body(&self, reading: &Reading, slop: u32) -> Box<dyn Query> {
        let stems = |form: &WordForm| vec![form.stem.clone()];
        let cells = reading.cells.iter().map(|(at, form)| (*at, stems(form)));
        let mut queries = vec![self.body_cells(cells.collect(), slop)];
        let joined = reading.joined.iter();
        queries.extend(joined.map(|form| self.body_cells(vec![(0, stems(form))], 0)));
        union(queries)
    }

    fn body_cells(&self, cells: Vec<(u32, Vec<String>)>, slop: u32) -> Box<dyn Query> {
        let field = self.fields().text;
        let terms = |stems: Vec<String>| {
            let stems = stems.iter();
            stems
                .map(|stem| Term::from_field_text(field, stem))
                .collect()
        };
        let cells = cells.into_iter().map(|(at, stems)| (at, terms(stems)));
        let query = PositionQuery {
            cells: cells.collect(),
            slop,
            start_column: Some(BODY_COLUMN),
        };
        query.into_query(&self.deadline)
    }
}

/// The articles in which a field has any of the words of each place, in this order.
fn alternatives_query(
    field: Field,
    places: &[(u32, Vec<WordForm>)],
    slop: u32,
    deadline: &Deadline,
) -> Box<dyn Query> {
    if let [(_, forms)] = places {
        return any_term(field, forms.iter().map(|form| &form.stem));
    }
    let term = |form: &WordForm| Term::from_field_text(field, &form.stem);
    let cells = places
        .iter()
        .map(|(at, forms)| (*at, forms.iter().map(term).collect()));
    let query = PositionQuery {
        cells: cells.collect(),
        slop,
        start_column: None,
    };
    query.into_query(deadline)
}

/// The documents that hold any of the terms.
pub(crate) fn any_term<'t>(
    field: Field,
    terms: impl Iterator<Item = &'t String>,
) -> Box<dyn Query> {
    let terms = terms.map(|text| Term::from_field_text(field, text));
    Box::new(TermSetQuery::new(terms))
}

/// The articles that match any of the queries, of which there may be none.
fn union_or_nothing(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if queries.is_empty() {
        Box::new(EmptyQuery)
    } else {
        union(queries)
    }
}
