//! Conditions on fields: which part or key a name means, and what its values must be.

use std::collections::HashSet;
use std::ops::Bound::{Excluded, Included, Unbounded};

use gleaner_store::{DATE_COLUMN, Fields, Result, UPDATED_COLUMN, metadata_term};
use tantivy::Term;
use tantivy::query::{EmptyQuery, Query};
use tantivy::schema::Field;

use crate::automaton::WordPattern;
use crate::column::{Bounds, ColumnRange, Limit};
use crate::compile::{Compiler, Condition, Scoring, combine, term, union};
use crate::filter::DocumentFilter;
use crate::leaf::any_term;
use crate::parse::{Comparison, FieldValue, Node, NoteKind, Span};
use crate::phrase::Phrase;
use crate::positions::PositionQuery;
use crate::presence::Presence;
use crate::terms::{Expanded, expand};
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
    /// The prose: what is neither title, excerpt, heading nor label.
    Body,
    /// A key of the front matter, or a concept, in lower case.
    Key(String),
    /// Where the article lies.
    Path,
    /// Whether the article has something.
    Presence(Presence),
}

impl Target {
    /// Whether it narrows and says nothing of relevance.
    pub(crate) fn is_filter(&self) -> bool {
        !matches!(self, Self::Part(_) | Self::Body)
    }
}

impl Compiler<'_> {
    /// What a name means in this index; `None` if nothing.
    pub(crate) fn target(&self, name: &str) -> Result<Option<Target>> {
        let fields = self.snapshot.fields();
        let name = name.to_lowercase();
        match name.as_str() {
            "body" => return Ok(Some(Target::Body)),
            "path" => return Ok(Some(Target::Path)),
            "has" => return Ok(Some(Target::Presence(Presence::Has))),
            "missing" => return Ok(Some(Target::Presence(Presence::Missing))),
            _ => {}
        }
        if let Some(field) = part_named(fields, &name) {
            return Ok(Some(Target::Part(field)));
        }
        if CONCEPTS.contains(&name.as_str()) || self.has_key(&name)? {
            return Ok(Some(Target::Key(name)));
        }
        Ok(alias_of(&name).map(|concept| Target::Key(concept.to_owned())))
    }

    fn has_key(&self, key: &str) -> Result<bool> {
        let term = Term::from_field_text(self.snapshot.fields().keys, &metadata_term(key, ""));
        self.snapshot.has_term(&term)
    }

    /// The articles in which a field is as asked.
    pub(crate) fn field(
        &mut self,
        target: &Target,
        value: &FieldValue,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        match (value, target) {
            (FieldValue::Text(node), _) => self.within(target, node, span, scoring),
            (_, Target::Key(key)) => {
                let is_admitted = self.admits(None, Some(target), span)?;
                Ok(is_admitted.then(|| self.compared(key, value, span)))
            }
            _ => {
                self.notes
                    .add(NoteKind::IncompleteField, span.start, span.end);
                self.as_words(span, scoring)
            }
        }
    }

    /// The articles in which a field has what a node asks for, which may be a group.
    fn within(
        &mut self,
        target: &Target,
        node: &Node,
        span: Span,
        scoring: Scoring,
    ) -> Result<Option<Box<dyn Query>>> {
        if !matches!(node, Node::Group(_)) && !self.admits(Some(node), Some(target), span)? {
            return Ok(None);
        }
        let group = match (node, target) {
            (Node::Group(group), _) => group,
            (leaf, Target::Part(field)) => return self.part(*field, leaf, span, scoring),
            (leaf, Target::Body) => return self.body(leaf, span, scoring),
            (leaf, Target::Key(key)) => return self.metadata_leaf(key, leaf, span),
            (leaf, Target::Path) => return Ok(self.path(leaf, span)),
            (leaf, Target::Presence(presence)) => return self.presence(*presence, leaf, span),
        };
        let mut conditions = Vec::new();
        let mut seen = HashSet::new();
        for clause in &group.clauses {
            let is_new = seen.insert((clause.occur, &clause.node));
            if !is_new && target.is_filter() {
                continue;
            }
            let scoring = scoring.of(clause.occur);
            let query = self.within(target, &clause.node, clause.span, scoring)?;
            conditions.extend(query.filter(|_| is_new).map(|query| Condition {
                occur: clause.occur,
                query,
                is_filter: target.is_filter(),
            }));
        }
        Ok(combine(conditions, || match target {
            Target::Key(key) => term(self.fields().keys, &metadata_term(key, "")),
            _ => self.all_articles(),
        }))
    }

    /// The articles with a value of a key in a range.
    fn compared(&mut self, key: &str, value: &FieldValue, span: Span) -> Box<dyn Query> {
        let limit = |text: &String| Limit::read(text, self.now);
        let bounds = match value {
            FieldValue::Compare { op, value } => {
                let limit = limit(value);
                match op {
                    Comparison::Less => Bounds::between(Unbounded, Excluded(limit)),
                    Comparison::LessOrEqual => Bounds::between(Unbounded, Included(limit)),
                    Comparison::Greater => Bounds::between(Excluded(limit), Unbounded),
                    Comparison::GreaterOrEqual => Bounds::between(Included(limit), Unbounded),
                    Comparison::Equal => Bounds::equal(limit),
                }
            }
            FieldValue::Range { from, to } => {
                let end = |end: &Option<String>| {
                    let text = end.as_ref();
                    text.map_or(Unbounded, |text| Included(limit(text)))
                };
                Bounds::between(end(from), end(to))
            }
            FieldValue::Text(_) => return Box::new(EmptyQuery),
        };
        if seconds_column(key).is_some() && bounds.lacks_date() {
            self.notes.add(NoteKind::NotADate, span.start, span.end);
        }
        range(key, bounds).into_query(&self.deadline)
    }

    /// The articles with a value of a key that a leaf of the query asks for.
    fn metadata_leaf(
        &mut self,
        key: &str,
        node: &Node,
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        let (text, slop) = match node {
            Node::Word(text) => (text, 0),
            Node::Phrase { text, slop } => (text, *slop),
            Node::Group(_) | Node::Field { .. } => return Ok(None),
            pattern => return self.metadata_pattern(key, pattern, span),
        };
        let limit = Limit::read(text, self.now);
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        let (is_number, is_date) = (limit.is_number(), limit.is_date());
        if is_number || is_date {
            ways.push(range(key, Bounds::equal(limit)).into_query(&self.deadline));
        }
        let is_signed = is_number && text.starts_with('-');
        if seconds_column(key).is_some() {
            if !is_date {
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

    /// The articles with a value of a key in which a word has a certain shape.
    fn metadata_pattern(
        &mut self,
        key: &str,
        node: &Node,
        span: Span,
    ) -> Result<Option<Box<dyn Query>>> {
        let field = self.fields().keys;
        if let Node::Prefix(text) = node
            && let Some(words) = self.metadata_beginning(key, text)?
        {
            return Ok(Some(words));
        }
        let Some(pattern) = self.word_pattern(node, span) else {
            return Ok(self.metadata_words(key, node.text(), 0));
        };
        let found = self.key_words(key, &pattern)?;
        Ok(Some(any_term(field, found.iter().map(|found| &found.term))))
    }

    /// The terms of the words in values of a key that have a certain shape.
    fn key_words(&self, key: &str, pattern: &WordPattern) -> Result<Vec<Expanded>> {
        let before = metadata_term(key, "");
        let field = self.fields().keys;
        expand(self.snapshot, field, (&before, pattern), &self.deadline)
    }

    /// The articles with a value that has these words one after another, the last of which may go
    /// on: `url:https://decider.com/2023*`. `None` if there are not several words.
    fn metadata_beginning(&mut self, key: &str, text: &str) -> Result<Option<Box<dyn Query>>> {
        let reading = self.reading(text);
        if reading.cells.len() < 2 || reading.joined.is_some() {
            return Ok(None);
        }
        let field = self.fields().keys;
        let key_term = |word: &str| Term::from_field_text(field, &metadata_term(key, word));
        let mut cells: Vec<(u32, Vec<Term>)> = Vec::new();
        for (at, form) in &reading.cells {
            cells.push((*at, vec![key_term(&form.exact)]));
        }
        if let (Some((_, last)), Some((_, form))) = (cells.last_mut(), reading.cells.last()) {
            let pattern = WordPattern::prefix(&form.exact);
            let found = self.key_words(key, &pattern)?;
            let terms = found.iter();
            *last = terms
                .map(|found| Term::from_field_text(field, &found.term))
                .collect();
        }
        let query = PositionQuery {
            cells,
            slop: 0,
            start_column: None,
        };
        Ok(Some(query.into_query(&self.deadline)))
    }

    /// The articles that have these words one after another in a value of the key.
    fn metadata_words(&mut self, key: &str, text: &str, slop: u32) -> Option<Box<dyn Query>> {
        let field = self.snapshot.fields().keys;
        let reading = self.reading(text);
        let Reading { cells, joined } = &*reading;
        let words: Box<dyn Query> = match &cells[..] {
            [] => return None,
            [(_, form)] => term(field, &metadata_term(key, &form.exact)),
            cells => {
                let words = cells.iter();
                let words = words.map(|(at, form)| (*at as usize, metadata_term(key, &form.exact)));
                Box::new(Phrase::new(
                    vec![field],
                    words.collect(),
                    slop,
                    &self.deadline,
                ))
            }
        };
        let joined = joined
            .as_ref()
            .map(|form| term(field, &metadata_term(key, &form.exact)));
        Some(union(std::iter::once(words).chain(joined).collect()))
    }
}

/// The field of a part of the article.
pub(crate) fn part_named(fields: &Fields, name: &str) -> Option<Field> {
    Some(match name {
        "title" => fields.title,
        "excerpt" => fields.excerpt,
        "heading" => fields.heading,
        "related" => fields.related,
        _ => return None,
    })
}

/// The concept another name stands for.
pub(crate) fn alias_of(name: &str) -> Option<&'static str> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    alias.map(|(_, concept)| *concept)
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
