//! Where nothing matches as typed: near words, then some of the words, then a suggestion.
//!
//! Each rung is the tree of the query written anew and put like any other. Fields and exclusions are
//! never touched: what is shown keeps to them on every rung.

use std::collections::HashMap;

use gleaner_store::Result;

use crate::answer::{Answer, Attempt};
use crate::deadline::Deadline;
use crate::page::Rung;
use crate::parse::{Clause, Group, Node, Note, NoteKind, Occur, Span};
use crate::query::Query;
use crate::rank::WordForm;
use crate::searcher::View;
use crate::vocabulary::Vocabulary;
use crate::words::Reading;

/// Most unknown words of a query that near ones are looked for: it walks the whole dictionary.
const MAX_UNKNOWN: usize = 3;

/// A word that no article has.
struct Unknown {
    /// Folded.
    word: String,
    span: Span,
    /// What it is read as; nothing if no word is near enough.
    variants: Vec<String>,
}

impl View {
    /// Goes down the ladder from what was found as typed.
    pub(crate) fn climb(
        &self,
        (query, deadline): (&Query, &Deadline),
        (typed, notes): (Attempt, &[Note]),
        vocabulary: &mut Vocabulary<'_>,
    ) -> Result<Answer> {
        let found = |attempt: &Attempt| attempt.answer.found.total > 0;
        if deadline.has_passed() || (found(&typed) && typed.answer.ranking.knows_all_words()) {
            return Ok(typed.answer);
        }
        let mut unknown = Vec::new();
        find_unknown(vocabulary, &typed.root, &mut unknown)?;
        if found(&typed) {
            return suggest(vocabulary, query, typed.answer, &unknown);
        }
        for unknown in &mut unknown {
            unknown.variants = vocabulary.variants(&unknown.word)?;
        }
        let mut root = typed.root;
        if unknown.iter().any(|unknown| !unknown.variants.is_empty()) {
            replace(vocabulary, &mut root, &unknown);
            let near = self.attempt((query, deadline), root.clone(), notes, vocabulary)?;
            if found(&near) {
                let answer = told(near.answer, Rung::Variants, read_as(query, &unknown));
                return suggest(vocabulary, query, answer, &unread(unknown));
            }
        }
        if relax(vocabulary, &query.text, &mut root) {
            let some = self.attempt((query, deadline), root, notes, vocabulary)?;
            if found(&some) {
                let mut reasons = vec![Note::on_all(&query.text, NoteKind::SomeWords)];
                reasons.extend(read_as(query, &unknown));
                let answer = told(some.answer, Rung::SomeWords, reasons);
                return suggest(vocabulary, query, answer, &unread(unknown));
            }
        }
        suggest(vocabulary, query, typed.answer, &unknown)
    }
}

/// The answer of a lower rung, with the reasons first.
fn told(mut answer: Answer, rung: Rung, mut reasons: Vec<Note>) -> Answer {
    answer.answered = rung;
    reasons.append(&mut answer.notes);
    answer.notes = reasons;
    answer
}

/// Notes on the words that were read as others.
fn read_as(query: &Query, unknown: &[Unknown]) -> Vec<Note> {
    let read = unknown
        .iter()
        .filter(|unknown| !unknown.variants.is_empty());
    read.map(|unknown| {
        let word = (unknown.word.as_str(), unknown.span);
        Note::on_word(
            &query.text,
            word,
            NoteKind::ReadAs,
            unknown.variants.clone(),
        )
    })
    .collect()
}

/// The words that were not read as others.
fn unread(mut unknown: Vec<Unknown>) -> Vec<Unknown> {
    unknown.retain(|unknown| unknown.variants.is_empty());
    unknown
}

/// Adds notes on words that may have been meant.
fn suggest(
    vocabulary: &mut Vocabulary<'_>,
    query: &Query,
    mut answer: Answer,
    unknown: &[Unknown],
) -> Result<Answer> {
    for Unknown { word, span, .. } in unknown {
        if vocabulary.is_late() {
            break;
        }
        let words = vocabulary.suggestions(word)?;
        if !words.is_empty() {
            let note = Note::on_word(&query.text, (word, *span), NoteKind::DidYouMean, words);
            answer.notes.push(note);
        }
    }
    Ok(answer)
}

/// Finds the first words that are asked for and that no article has.
fn find_unknown(
    vocabulary: &mut Vocabulary<'_>,
    group: &Group,
    unknown: &mut Vec<Unknown>,
) -> Result<()> {
    let readings: Vec<Reading> = group
        .clauses
        .iter()
        .map(|clause| match &clause.node {
            Node::Word(text) | Node::Phrase { text, .. } if clause.occur != Occur::MustNot => {
                vocabulary.reading(text)
            }
            _ => Reading::default(),
        })
        .collect();
    for (i, clause) in group.clauses.iter().enumerate() {
        if unknown.len() >= MAX_UNKNOWN {
            return Ok(());
        }
        match &clause.node {
            Node::Group(inner) if clause.occur != Occur::MustNot => {
                find_unknown(vocabulary, inner, unknown)?;
            }
            _ if is_half_of_a_word(vocabulary, &readings, i)? => {}
            _ => take_unknown(vocabulary, &readings[i], clause.span, unknown)?,
        }
    }
    Ok(())
}

/// Whether a word and one beside it are one word of the index, typed apart.
fn is_half_of_a_word(
    vocabulary: &mut Vocabulary<'_>,
    readings: &[Reading],
    at: usize,
) -> Result<bool> {
    for pair in readings[at.saturating_sub(1)..].windows(2).take(2) {
        let (Some(left), Some(right)) = (pair[0].single(), pair[1].single()) else {
            continue;
        };
        let joined = vocabulary.joined(left, right);
        if vocabulary.frequency(&joined)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn take_unknown(
    vocabulary: &mut Vocabulary<'_>,
    reading: &Reading,
    span: Span,
    unknown: &mut Vec<Unknown>,
) -> Result<()> {
    if let Some(joined) = &reading.joined
        && vocabulary.frequency(joined)? > 0
    {
        return Ok(());
    }
    for (_, form) in &reading.cells {
        let is_known = vocabulary.is_common(form) || vocabulary.frequency(form)? > 0;
        let is_taken = unknown.iter().any(|other| other.word == form.exact);
        if !is_known && !is_taken && unknown.len() < MAX_UNKNOWN {
            unknown.push(Unknown {
                word: form.exact.clone(),
                span,
                variants: Vec::new(),
            });
        }
    }
    Ok(())
}

/// Puts near words in the place of unknown ones.
fn replace(vocabulary: &mut Vocabulary<'_>, group: &mut Group, unknown: &[Unknown]) {
    let variants = |form: &WordForm| {
        let unknown = unknown.iter().find(|unknown| unknown.word == form.exact);
        let variants = unknown.map(|unknown| unknown.variants.clone());
        variants.filter(|variants| !variants.is_empty())
    };
    for clause in &mut group.clauses {
        if clause.occur == Occur::MustNot {
            continue;
        }
        let (text, slop) = match &mut clause.node {
            Node::Group(inner) => {
                replace(vocabulary, inner, unknown);
                continue;
            }
            Node::Word(text) => (&*text, 0),
            Node::Phrase { text, slop } => (&*text, *slop),
            _ => continue,
        };
        let cells = vocabulary.reading(text).cells;
        if cells.iter().any(|(_, form)| variants(form).is_some()) {
            let words = |form: WordForm| variants(&form).unwrap_or_else(|| vec![form.exact]);
            let cells = cells.into_iter().map(|(at, form)| (at, words(form)));
            clause.node = Node::Variants {
                cells: cells.collect(),
                slop,
            };
        }
    }
}

/// Wishes for what is required, and for the words of phrases and compounds one by one. Gives whether
/// that is less than before.
///
/// A group with a field or an exclusion in it stays required: else what it leaves out would come in
/// by the words beside it.
fn relax(vocabulary: &mut Vocabulary<'_>, text: &str, group: &mut Group) -> bool {
    let mut is_less = false;
    for clause in &mut group.clauses {
        if clause.occur == Occur::MustNot {
            continue;
        }
        if let Node::Group(inner) = &mut clause.node {
            is_less |= relax(vocabulary, text, inner);
        } else if let Some(words) = words_of(vocabulary, text, clause) {
            clause.node = Node::Group(words);
            is_less = true;
        }
        if clause.occur == Occur::Must && !filters(&clause.node) {
            clause.occur = Occur::Should;
            is_less = true;
        }
    }
    is_less
}

/// Whether anything in a node is a field or an exclusion.
fn filters(node: &Node) -> bool {
    match node {
        Node::Field { .. } => true,
        Node::Group(group) => {
            let mut clauses = group.clauses.iter();
            clauses.any(|clause| clause.occur == Occur::MustNot || filters(&clause.node))
        }
        _ => false,
    }
}

/// The words of a phrase or compound, wished for one by one, without the common ones; `None` for a
/// single word, and where all are common.
fn words_of(vocabulary: &mut Vocabulary<'_>, text: &str, clause: &Clause) -> Option<Group> {
    let single = |node: Node| Clause {
        occur: Occur::Should,
        implied: true,
        node,
        span: clause.span,
    };
    let clauses: Vec<Clause> = match &clause.node {
        Node::Word(typed) | Node::Phrase { text: typed, .. } => {
            let cells = vocabulary.reading(typed).cells;
            if cells.len() < 2 {
                return None;
            }
            let forms = cells.into_iter().map(|(_, form)| form);
            let telling = forms.filter(|form| !vocabulary.is_common(form));
            let mut places: HashMap<String, Span> = HashMap::new();
            telling
                .map(|form| {
                    let place = places.entry(form.exact.clone());
                    let place = place.or_insert_with(|| place_of(text, clause.span, &form.exact));
                    Clause {
                        span: *place,
                        ..single(Node::Word(form.exact))
                    }
                })
                .collect()
        }
        Node::Variants { cells, .. } if cells.len() > 1 => {
            let cells = cells.iter().map(|(_, words)| vec![(0, words.clone())]);
            let nodes = cells.map(|cells| Node::Variants { cells, slop: 0 });
            nodes.map(single).collect()
        }
        _ => return None,
    };
    (!clauses.is_empty()).then_some(Group { clauses })
}

/// Where a word stands within a piece, or the whole piece where it is spelled otherwise.
fn place_of(text: &str, within: Span, word: &str) -> Span {
    match text[within.start..within.end].find(word) {
        None => within,
        Some(at) => Span {
            start: within.start + at,
            end: within.start + at + word.len(),
        },
    }
}
