//! Conditions on fields: which part or key a name means, and what its values must be.

use std::ops::Bound;

use gleaner_store::{DATE_COLUMN, Result, UPDATED_COLUMN, metadata_term};
use tantivy::Term;
use tantivy::query::{EmptyQuery, PhraseQuery, Query, TermSetQuery};
use tantivy::schema::Field;

use crate::column::{Bounds, ColumnRange, Limit};
use crate::compile::{Compiler, term, union};
use crate::exclusion::Excludable;
use crate::parse::{Clause, Comparison, FieldValue, Node, NoteKind, Occur, Span};
use crate::terms::metadata_terms;
use crate::words::Reading;

/// Names of concepts: they are known even where no article has them.
pub(crate) const CONCEPTS: [&str; 6] = ["date", "updated", "topics", "provider", "author", "url"];

/// Other names people type for a concept; a key of that name in the articles comes first.
pub(crate) const ALIASES: [(&str, &str); 8] = [
    ("topic", "topics"),
    ("tag", "topics"),
    ("tags", "topics"),
    ("source", "provider"),
    ("site", "provider"),
    ("published", "date"),
    ("modified", "updated"),
    ("link", "url"),
];

/// What a field name means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    /// A part of the article, searched like its whole text.
    Part(Field),
    /// A key of the front matter, or a concept, in lower case.
    Key(String),
}

impl Compiler<'_> {
    /// What a name means in this index; `None` if nothing.
    pub(crate) fn target(&self, name: &str) -> Result<Option<Target>> {
        let fields = self.snapshot.fields();
        let name = name.to_lowercase();
        let part = match name.as_str() {
            "title" => Some(fields.title),
            "excerpt" => Some(fields.excerpt),
            "heading" => Some(fields.heading),
            "related" => Some(fields.related),
            _ => None,
        };
        if let Some(field) = part {
            return Ok(Some(Target::Part(field)));
        }
        if CONCEPTS.contains(&name.as_str()) || self.has_key(&name)? {
            return Ok(Some(Target::Key(name)));
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        Ok(alias.map(|(_, concept)| Target::Key((*concept).to_owned())))
    }

    fn has_key(&self, key: &str) -> Result<bool> {
        let term = Term::from_field_text(self.snapshot.fields().keys, &metadata_term(key, ""));
        let frequency = self.snapshot.searcher().doc_freq(&term);
        Ok(frequency.map_err(self.snapshot.damaged())? > 0)
    }

    /// The articles whose values of a key are as asked. They are a filter: no word of it counts.
    pub(crate) fn metadata(
        &mut self,
        key: &str,
        value: &FieldValue,
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        let bounds = match value {
            FieldValue::Text(node) => return self.metadata_node(key, node, span),
            FieldValue::Compare { op, value } => {
                let limit = Limit::read(value);
                let (low, high) = match op {
                    Comparison::Less => (Bound::Unbounded, Bound::Excluded(limit)),
                    Comparison::LessOrEqual => (Bound::Unbounded, Bound::Included(limit)),
                    Comparison::Greater => (Bound::Excluded(limit), Bound::Unbounded),
                    Comparison::GreaterOrEqual => (Bound::Included(limit), Bound::Unbounded),
                    Comparison::Equal => (Bound::Included(limit.clone()), Bound::Included(limit)),
                };
                Bounds { low, high }
            }
            FieldValue::Range { from, to } => {
                let end = |end: &Option<String>| match end {
                    Some(text) => Bound::Included(Limit::read(text)),
                    None => Bound::Unbounded,
                };
                Bounds {
                    low: end(from),
                    high: end(to),
                }
            }
        };
        let ends = [&bounds.low, &bounds.high].map(|bound| match bound {
            Bound::Included(limit) | Bound::Excluded(limit) => limit.is_date(),
            Bound::Unbounded => true,
        });
        if seconds_column(key).is_some() && ends.contains(&false) {
            self.notes.add(NoteKind::NotADate, span.start, span.end);
        }
        Ok(Some(Box::new(range(key, bounds))))
    }

    fn metadata_node(
        &mut self,
        key: &str,
        node: &Node,
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        let (text, slop) = match node {
            Node::Word(text) => (text, 0),
            Node::Phrase { text, slop } => (text, *slop),
            Node::Prefix(prefix) => {
                let field = self.snapshot.fields().keys;
                let prefix = metadata_term(key, &gleaner_store::fold(prefix));
                let found = metadata_terms(self.snapshot, &prefix)?;
                let terms: Vec<Term> = found
                    .iter()
                    .map(|text| Term::from_field_text(field, text))
                    .collect();
                return Ok(Some(Box::new(TermSetQuery::new(terms))));
            }
            Node::Group(group) => return self.metadata_group(key, &group.clauses, span),
            Node::Field { .. } => return Ok(None),
        };
        let limit = Limit::read(text);
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        if limit.is_number() || limit.is_date() {
            ways.push(Box::new(range(key, Bounds::equal(text))));
        }
        let is_signed = limit.is_number() && text.starts_with('-');
        if seconds_column(key).is_some() {
            if !limit.is_date() {
                self.notes.add(NoteKind::NotADate, span.start, span.end);
            }
        } else if !is_signed {
            // The sign of a number is no part of the word it is indexed as.
            ways.extend(self.metadata_words(key, text, slop));
        }
        if ways.is_empty() {
            return Ok(Some(Box::new(EmptyQuery)));
        }
        Ok(Some(union(ways)))
    }

    /// The articles that have these words one after another in a value of the key.
    fn metadata_words(&mut self, key: &str, text: &str, slop: u32) -> Option<Box<dyn Query>> {
        let field = self.snapshot.fields().keys;
        let Reading { cells, joined } = Reading::of(text, &mut self.analyzer);
        let phrase_term = |word: &str| Term::from_field_text(field, &metadata_term(key, word));
        let words: Box<dyn Query> = match &cells[..] {
            [] => return None,
            [(_, form)] => term(field, &metadata_term(key, &form.exact)),
            cells => {
                let terms = cells
                    .iter()
                    .map(|(at, form)| (*at as usize, phrase_term(&form.exact)));
                Box::new(PhraseQuery::new_with_offset_and_slop(terms.collect(), slop))
            }
        };
        let joined = joined.map(|form| term(field, &metadata_term(key, &form.exact)));
        Some(union(std::iter::once(words).chain(joined).collect()))
    }

    fn metadata_group(
        &mut self,
        key: &str,
        clauses: &[Clause],
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        use tantivy::query::{BooleanQuery, Occur as EngineOccur};
        let mut conditions = Vec::new();
        let mut options = Vec::new();
        for clause in clauses {
            let Some(query) = self.metadata_node(key, &clause.node, span)? else {
                continue;
            };
            match clause.occur {
                Occur::Should => options.push(query),
                Occur::Must => conditions.push((EngineOccur::Must, query)),
                Occur::MustNot => {
                    conditions.push((EngineOccur::MustNot, Box::new(Excludable(query))));
                }
            }
        }
        // Words side by side are alternatives here, whatever else is required.
        if !options.is_empty() {
            conditions.push((EngineOccur::Must, union(options)));
        } else if !conditions
            .iter()
            .any(|(occur, _)| *occur == EngineOccur::Must)
        {
            let has_key = term(self.snapshot.fields().keys, &metadata_term(key, ""));
            conditions.push((EngineOccur::Must, has_key));
        }
        Ok(Some(Box::new(BooleanQuery::new(conditions))))
    }
}

/// The column of seconds a concept has, if it is a date.
pub(crate) fn seconds_column(key: &str) -> Option<&'static str> {
    match key {
        "date" => Some(DATE_COLUMN),
        "updated" => Some(UPDATED_COLUMN),
        _ => None,
    }
}

fn range(key: &str, bounds: Bounds) -> ColumnRange {
    match seconds_column(key) {
        Some(column) => ColumnRange::of_seconds(column, bounds),
        None => ColumnRange::of_key(key, bounds),
    }
}
