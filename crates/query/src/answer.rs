//! From the text of a query to what it found.

use gleaner_store::{Date, Result, Snapshot};

use crate::collect::{Found, Matches, collect};
use crate::compile::{Compiled, compile};
use crate::copies::collapse;
use crate::facet::{self, Facet, FacetCounts};
use crate::feedback;
use crate::long_text;
use crate::matching::{Matching, matching};
use crate::page::{Copy, Rung};
use crate::parse::{self, Group, Note, NoteKind, Notes, Occur, Parsed};
use crate::query::{Boost, Query};
use crate::rank::{Boosts, Ranking};
use crate::searcher::View;
use crate::snippet::{Pattern, distinct};
use crate::sort::sorted;
use crate::vocabulary::Vocabulary;

/// What a query found, before anything is read of the hits.
pub(crate) struct Answer {
    pub(crate) found: Found,
    pub(crate) facets: Vec<FacetCounts>,
    /// The copies of each hit; nothing where they are not collapsed.
    pub(crate) copies: Vec<Vec<Copy>>,
    pub(crate) ranking: Ranking,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) notes: Vec<Note>,
    pub(crate) answered: Rung,
}

/// What the tree of a query found.
pub(crate) struct Attempt {
    /// The tree as it was put: of a long text, the most telling words.
    pub(crate) root: Group,
    pub(crate) answer: Answer,
}

impl View {
    /// Finds what matches a query, and the best of it.
    pub(crate) fn answer(&self, query: &Query) -> Result<Answer> {
        let Parsed { root, notes } = read(query);
        let mut vocabulary = Vocabulary::of(&self.snapshot);
        let typed = self.attempt(query, root, &notes, &mut vocabulary)?;
        if query.has_ladder {
            self.climb(query, (typed, &notes), &mut vocabulary)
        } else {
            Ok(typed.answer)
        }
    }

    /// Puts one tree of a query, with the notes there are on reading it.
    pub(crate) fn attempt(
        &self,
        query: &Query,
        mut root: Group,
        notes: &[Note],
        vocabulary: &mut Vocabulary<'_>,
    ) -> Result<Attempt> {
        let cut = long_text::cut(vocabulary, &self.statistics, &query.text, &mut root)?;
        let cut = cut.map(|cut| NoteKind::LongText(cut.kept, cut.of));
        let cut = cut.map(|kind| Note::on_all(&query.text, kind));
        let notes = cut.into_iter().chain(notes.iter().cloned());
        let answer = self.put(query, &root, notes.collect())?;
        Ok(Attempt { root, answer })
    }

    fn put(&self, query: &Query, root: &Group, mut told: Vec<Note>) -> Result<Answer> {
        let snapshot = &self.snapshot;
        let mut notes = Notes::default();
        let compiled = compile(snapshot, query, root, &mut notes)?;
        let Compiled {
            matches,
            is_by_words,
            evidence,
            patterns,
        } = compiled;
        let ranking = Ranking::new(snapshot, &self.statistics, query.weights, evidence);
        let ranking = ranking.map_err(snapshot.damaged())?;
        let mut ranking = ranking.with_boosts(self.boosts(query)?);
        let matches = Matches {
            query: &*matches,
            is_by_words,
        };
        if query.has_feedback && query.limit > 0 {
            let first = collect(snapshot, &matches, &ranking, 0, feedback::ARTICLES)?;
            let context = feedback::context(self, &ranking, &first.hits)?;
            let ranked = ranking.with_context(snapshot, &self.statistics, context);
            ranking = ranked.map_err(snapshot.damaged())?;
        }
        let order = query.sort.order(snapshot)?;
        let all = if order.is_some() || !query.facets.is_empty() {
            matching(snapshot, &matches, &ranking)?
        } else {
            Vec::new()
        };
        let best = |offset, limit| -> Result<Found> {
            let Some(order) = &order else {
                return collect(snapshot, &matches, &ranking, offset, limit);
            };
            Ok(Found {
                hits: sorted(snapshot, &all, &ranking, order, (offset, limit))?,
                ..collect(snapshot, &matches, &ranking, 0, 0)?
            })
        };
        let page = (query.offset, query.limit);
        let (mut found, copies) = if query.collapse {
            collapse(snapshot, page, |limit| best(0, limit))?
        } else {
            (best(query.offset, query.limit)?, Vec::new())
        };
        if ranking.distinct().nth(1).is_none() {
            found.with_all = None;
        }
        told.extend(notes.finish(&query.text));
        let mut notes = told;
        if let (Some(key), None) = (query.sort.key_name(), &order) {
            notes.push(Note::on_key(key, NoteKind::UnknownSort));
        }
        let facets = facets(snapshot, &query.facets, &all, &mut notes)?;
        let answered = match found.total {
            0 => Rung::Nothing,
            _ => Rung::AsTyped,
        };
        Ok(Answer {
            found,
            facets,
            copies,
            ranking,
            patterns: distinct(patterns),
            notes,
            answered,
        })
    }

    fn boosts(&self, query: &Query) -> Result<Boosts> {
        let mut boosts = Boosts::default();
        for boost in &query.boosts {
            match boost {
                Boost::Recent => boosts.recent(query.now.unwrap_or_else(Date::now).seconds()),
                Boost::Quality => boosts
                    .quality(&self.snapshot)
                    .map_err(self.snapshot.damaged())?,
            }
        }
        Ok(boosts)
    }
}

/// Reads the text of a query.
fn read(query: &Query) -> Parsed {
    let mut parsed = if query.is_plain {
        parse::parse_plain(&query.text)
    } else {
        parse::parse(&query.text)
    };
    if query.needs_all {
        require_words(&mut parsed.root);
    }
    parsed
}

/// Counts all matches by each of the facets.
fn facets(
    snapshot: &Snapshot,
    facets: &[Facet],
    matches: &[Matching<'_>],
    notes: &mut Vec<Note>,
) -> Result<Vec<FacetCounts>> {
    let mut all = Vec::with_capacity(facets.len());
    for facet in facets {
        match facet::count(snapshot, matches, facet)? {
            Some(counts) => all.push(counts),
            None => notes.push(Note::on_key(facet.key_name(), NoteKind::UnknownFacet)),
        }
    }
    Ok(all)
}

/// Requires what is otherwise only wished for.
fn require_words(group: &mut Group) {
    for clause in &mut group.clauses {
        if clause.occur == Occur::Should && clause.implied && clause.node.is_word() {
            clause.occur = Occur::Must;
        }
    }
}
