//! Operands and operators joined into groups of clauses.

use super::chars::Operator;
use super::note::{NoteKind, Notes};
use super::{Clause, FieldValue, Group, Node, Occur, Span};

/// How an operand is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Beside,
    Or,
    And,
}

/// A group that is still being read.
#[derive(Debug, Default)]
pub(super) struct Frame<'t> {
    sign: Option<Occur>,
    field: Option<&'t str>,
    start: usize,
    /// The operands as if each stood by itself, `implied` where no sign was typed.
    operands: Vec<Clause>,
    /// How each of them is joined to the one before it.
    links: Vec<Link>,
    /// An `AND` or `OR` that waits for its right operand.
    joiner: Option<(Link, Span)>,
    /// A `NOT` that waits for its operand.
    not: Option<Span>,
    /// Whether an empty group in it was told of.
    told: bool,
}

impl<'t> Frame<'t> {
    pub(super) fn open(sign: Option<Occur>, field: Option<&'t str>, start: usize) -> Self {
        Frame {
            sign,
            field,
            start,
            ..Frame::default()
        }
    }

    /// Takes the group `inner`, which ends here, as an operand.
    pub(super) fn close(&mut self, inner: Frame<'_>, end: usize, typed: bool, notes: &mut Notes) {
        let (sign, field, start) = (inner.sign, inner.field, inner.start);
        let told = inner.told || !typed;
        if let Some(group) = inner.finish(notes) {
            self.operand(sign, grouped(field, group), Span { start, end });
            return;
        }
        // Of `(())` it is enough to tell once.
        if !told {
            notes.add(NoteKind::EmptyParentheses, start, end);
        }
        self.told = true;
    }

    pub(super) fn operand(&mut self, sign: Option<Occur>, node: Node, span: Span) {
        let link = self.joiner.take().map_or(Link::Beside, |(link, _)| link);
        let sign = self.not.take().map_or(sign, |_| Some(Occur::MustNot));
        self.links.push(link);
        self.operands.push(Clause {
            occur: sign.unwrap_or(Occur::Should),
            implied: sign.is_none(),
            node,
            span,
        });
    }

    /// Keeps an operator for the operand to come, or tells of one that has nothing to work on.
    pub(super) fn operator(&mut self, operator: Operator, span: Span, notes: &mut Notes) {
        let link = match operator {
            Operator::Not if self.not.is_none() => {
                self.not = Some(span);
                return;
            }
            Operator::And => Link::And,
            Operator::Or | Operator::Not => Link::Or,
        };
        let dangles = operator == Operator::Not
            || self.operands.is_empty()
            || self.joiner.is_some()
            || self.not.is_some();
        if dangles {
            notes.add(NoteKind::DanglingOperator, span.start, span.end);
        } else {
            self.joiner = Some((link, span));
        }
    }

    /// The group, unless nothing was in it.
    pub(super) fn finish(self, notes: &mut Notes) -> Option<Group> {
        let joiner = self.joiner.map(|(_, span)| span);
        for span in joiner.into_iter().chain(self.not) {
            notes.add(NoteKind::DanglingOperator, span.start, span.end);
        }
        let clauses = if self.links.iter().all(|link| *link == Link::Beside) {
            let mut clauses = self.operands;
            clauses.iter_mut().for_each(require_what_narrows);
            clauses
        } else {
            join(self.operands, &self.links)
        };
        (!clauses.is_empty()).then_some(Group { clauses })
    }
}

fn grouped(field: Option<&str>, group: Group) -> Node {
    let group = Node::Group(group);
    match field {
        None => group,
        Some(name) => Node::Field {
            name: name.to_owned(),
            value: FieldValue::Text(Box::new(group)),
        },
    }
}

/// Requires a clause that nothing was typed about if it is a filter.
fn require_what_narrows(clause: &mut Clause) {
    if clause.implied && clause.node.narrows() {
        clause.occur = Occur::Must;
    }
}

/// Turns operands into clauses; what `AND` and `OR` join becomes a group of its own where it stands
/// beside something that it must be told apart from.
fn join(operands: Vec<Clause>, links: &[Link]) -> Vec<Clause> {
    let whole = links.iter().filter(|link| **link == Link::Beside).count() == 1;
    let mut clauses = Vec::new();
    let mut operands = operands.into_iter().zip(links).peekable();
    while let Some((mut first, _)) = operands.next() {
        if operands
            .peek()
            .is_none_or(|(_, link)| **link == Link::Beside)
        {
            require_what_narrows(&mut first);
            clauses.push(first);
            continue;
        }
        let mut alternatives = vec![vec![first]];
        while let Some((next, link)) = operands.next_if(|(_, link)| **link != Link::Beside) {
            match alternatives.last_mut() {
                Some(required) if *link == Link::And => required.push(next),
                _ => alternatives.push(vec![next]),
            }
        }
        if let [_] = alternatives[..] {
            clauses.extend(all(alternatives.remove(0), whole));
        } else {
            clauses.extend(any(alternatives, whole));
        }
    }
    clauses
}

/// The clauses of an `AND`, which is the `whole` group or a part of it.
fn all(mut required: Vec<Clause>, whole: bool) -> Vec<Clause> {
    for clause in &mut required {
        if clause.implied {
            clause.occur = Occur::Must;
            clause.implied = false;
        }
    }
    // Filters are required one by one as much as all together.
    if whole || required.iter().all(Clause::narrows) {
        required
    } else {
        vec![nested(required, Occur::Should, true)]
    }
}

/// The clauses of an `OR` of `AND`s, which is the `whole` group or a part of it.
fn any(alternatives: Vec<Vec<Clause>>, whole: bool) -> Vec<Clause> {
    let alternatives = alternatives.into_iter().map(|mut required| {
        if required.len() > 1 {
            return nested(all(required, true), Occur::Should, false);
        }
        let mut alone = required.remove(0);
        alone.implied = false;
        alone
    });
    let alternatives: Vec<Clause> = alternatives.collect();
    let filter = alternatives.iter().all(Clause::narrows)
        && alternatives
            .iter()
            .any(|clause| clause.occur != Occur::MustNot);
    if filter && !whole {
        vec![nested(alternatives, Occur::Must, true)]
    } else {
        alternatives
    }
}

/// A group that no parentheses were typed for.
fn nested(clauses: Vec<Clause>, occur: Occur, implied: bool) -> Clause {
    let span = Span {
        start: clauses.first().map_or(0, |clause| clause.span.start),
        end: clauses.last().map_or(0, |clause| clause.span.end),
    };
    Clause {
        occur,
        implied,
        node: Node::Group(Group { clauses }),
        span,
    }
}
