//! JSON for programs. The shapes are described in docs/output.md and pinned by tests.

mod bench;

use std::ops::Range;
use std::path::Path;

use gleaner::{
    Check, Copy, Explanation, FacetCount, FacetCounts, FieldSummary, Freshness, Hit, Page, Problem,
    Query, ScorePart, SimilarHit, SimilarPage, SimilarReason, Snippet, SnippetPart, Status, Value,
};
use serde_json::{Map, Value as Json, json};

use super::Paths;
use crate::console::Stream;
use crate::failure::{Failure, chain};
pub(crate) use bench::write_bench;

/// Version of the shapes. It grows when a field is removed or changes its meaning.
const SCHEMA: u32 = 1;

/// Writes a page as one object.
pub(crate) fn write_page(
    query: &Query,
    page: &Page,
    paths: &Paths,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let object = json!({
        "schema": SCHEMA,
        "query": query.text(),
        "total": page.total,
        "rung": page.answered.name(),
        "with_all_words": page.with_all_words,
        "collapsed": page.collapsed,
        "timed_out": page.timed_out,
        "elapsed_us": u64::try_from(page.elapsed.as_micros()).unwrap_or(u64::MAX),
        "notes": page.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "hits": page.hits.iter().map(|hit| hit_object(hit, paths)).collect::<Vec<_>>(),
        "facets": page.facets.iter().map(facet_object).collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

/// Writes the hits of a page, one object a line.
pub(crate) fn write_hits(page: &Page, paths: &Paths, out: &mut Stream<'_>) -> Result<(), Failure> {
    for hit in &page.hits {
        out.json_line(&hit_object(hit, paths))?;
    }
    Ok(())
}

fn hit_object(hit: &Hit, paths: &Paths) -> Json {
    let mut object = json!({
        "rank": hit.rank,
        "score": hit.score,
        "path": hit.path.to_str_lossy(),
        "file": paths.file(&hit.path).to_string_lossy(),
        "line": hit.line,
        "title": hit.title,
        "title_marks": marks(&hit.title, &hit.title_marks),
        "date": hit.date.map(|date| date.to_string()),
        "provider": hit.provider,
        "author": hit.author,
        "topics": hit.topics,
        "url": hit.url,
        "snippet": snippet_object(&hit.snippet),
        "second": hit.second.as_ref().map(snippet_object),
        "stale": hit.freshness.is_stale(),
        "file_state": freshness(hit.freshness),
        "metadata": metadata(&hit.metadata),
        "copies": hit.copies.iter().map(|copy| copy_object(copy, paths)).collect::<Vec<_>>(),
    });
    if let Some(explanation) = &hit.explanation {
        object["explanation"] = explanation_object(explanation);
    }
    object
}

fn explanation_object(explanation: &Explanation) -> Json {
    let part = |part: &ScorePart| {
        json!({
            "reason": part.reason.name(),
            "word": part.word,
            "value": part.value,
        })
    };
    json!({
        "line": explanation.to_string(),
        "words": explanation.words,
        "words_there": explanation.words_there,
        "words_in_title": explanation.words_in_title,
        "words_in_related": explanation.words_in_related,
        "words_near": explanation.words_near,
        "are_adjacent": explanation.are_adjacent,
        "age_days": explanation.age_days,
        "parts": explanation.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn facet_object(facet: &FacetCounts) -> Json {
    json!({
        "name": facet.name,
        "values": counts(&facet.values),
        "more": facet.more,
        "missing": facet.missing,
        "uncounted": facet.uncounted,
    })
}

fn counts(counts: &[FacetCount]) -> Json {
    let count = |counted: &FacetCount| {
        json!({
            "value": value(&counted.value),
            "count": counted.count,
        })
    };
    counts.iter().map(count).collect()
}

fn snippet_object(snippet: &Snippet) -> Json {
    let (part, related) = match &snippet.part {
        SnippetPart::Excerpt => ("excerpt", None),
        SnippetPart::Related(title) => ("related", Some(title)),
        _ => ("body", None),
    };
    let mut object = json!({
        "text": snippet.text,
        "marks": marks(&snippet.text, &snippet.marks),
        "part": part,
        "line": snippet.line,
        "headings": snippet.headings,
    });
    if let Some(title) = related {
        object["related"] = json!(title);
    }
    object
}

fn copy_object(copy: &Copy, paths: &Paths) -> Json {
    json!({
        "path": copy.path.to_str_lossy(),
        "file": paths.file(&copy.path).to_string_lossy(),
        "title": copy.title,
        "provider": copy.provider,
        "date": copy.date.map(|date| date.to_string()),
        "likeness": copy.likeness,
    })
}

/// The state of a hit's file in one word.
pub(crate) fn freshness(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Current => "current",
        Freshness::Changed => "changed",
        Freshness::Gone => "gone",
        _ => "unknown",
    }
}

/// Byte ranges as pairs of character offsets, which is what most other languages count in.
fn marks(text: &str, marks: &[Range<usize>]) -> Vec<[usize; 2]> {
    let characters = |byte: usize| text[..byte].chars().count();
    marks
        .iter()
        .map(|mark| [characters(mark.start), characters(mark.end)])
        .collect()
}

/// One value is itself, several are a list, in the order of the file.
fn metadata(entries: &[(String, Value)]) -> Json {
    let mut object: Map<String, Json> = Map::new();
    for (key, typed) in entries {
        let value = value(typed);
        match object.get_mut(key) {
            None => {
                object.insert(key.clone(), value);
            }
            Some(Json::Array(values)) => values.push(value),
            Some(first) => *first = Json::Array(vec![first.take(), value]),
        }
    }
    Json::Object(object)
}

/// Writes the front-matter keys as one object.
pub(crate) fn write_fields(
    fields: &[FieldSummary],
    articles: u64,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let field = |field: &FieldSummary| {
        let types = &field.types;
        json!({
            "name": field.name,
            "concept": field.is_concept,
            "articles": field.articles,
            "text": types.text,
            "integer": types.integer,
            "float": types.float,
            "boolean": types.boolean,
            "date": types.date,
            "distinct": field.distinct,
            "samples": counts(&field.samples),
        })
    };
    let object = json!({
        "schema": SCHEMA,
        "articles": articles,
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

/// Writes the articles like a given one as one object.
pub(crate) fn write_similar(
    page: &SimilarPage,
    paths: &Paths,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let copies = page.copies.iter().map(|copy| copy_object(copy, paths));
    let hits = page.hits.iter().map(|hit| similar_object(hit, paths));
    let object = json!({
        "schema": SCHEMA,
        "path": page.path.to_str_lossy(),
        "file": paths.file(&page.path).to_string_lossy(),
        "title": page.title,
        "elapsed_us": u64::try_from(page.elapsed.as_micros()).unwrap_or(u64::MAX),
        "copies": copies.collect::<Vec<_>>(),
        "hits": hits.collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

/// Writes the words that begin so as one object.
pub(crate) fn write_words(
    prefix: &str,
    words: &[(String, u64)],
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let word = |(word, count): &(String, u64)| json!({ "word": word, "articles": count });
    let object = json!({
        "schema": SCHEMA,
        "prefix": prefix,
        "words": words.iter().map(word).collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

/// A value with its type, dates as text.
fn value(value: &Value) -> Json {
    match value {
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::Bool(truth) => json!(truth),
        other => json!(other.to_string()),
    }
}

fn similar_object(hit: &SimilarHit, paths: &Paths) -> Json {
    let alike = hit.reasons.iter().find_map(|reason| match reason {
        SimilarReason::Alike(words) => Some(words.as_slice()),
        _ => None,
    });
    json!({
        "rank": hit.rank,
        "score": hit.score,
        "path": hit.path.to_str_lossy(),
        "file": paths.file(&hit.path).to_string_lossy(),
        "title": hit.title,
        "date": hit.date.map(|date| date.to_string()),
        "provider": hit.provider,
        "url": hit.url,
        "named_by_it": hit.reasons.contains(&SimilarReason::NamedByIt),
        "names_it": hit.reasons.contains(&SimilarReason::NamesIt),
        "alike": alike.unwrap_or_default(),
        "stale": hit.freshness.is_stale(),
        "file_state": freshness(hit.freshness),
        "copies": hit.copies.iter().map(|copy| copy_object(copy, paths)).collect::<Vec<_>>(),
    })
}

/// Writes the status of an index as one object.
pub(crate) fn write_status(
    status: &Status,
    index: &Path,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let differences = status.differences.map(|differences| {
        json!({
            "added": differences.added,
            "changed": differences.changed,
            "removed": differences.removed,
        })
    });
    let problems = status.problems.iter().map(problem);
    let object = json!({
        "schema": SCHEMA,
        "index": index.to_string_lossy(),
        "articles": status.articles,
        "left_out": status.left_out,
        "bytes": status.bytes,
        "segments": status.segments,
        "format": status.format,
        "language": status.language.name(),
        "finished": status.finished,
        "root": status.root.as_ref().map(|root| root.to_string_lossy()),
        "differences": differences,
        "problems": problems.collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

/// What `gleaner check` found.
pub(crate) fn write_check(
    check: &Check,
    index: &Path,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let damage = check.damage.iter().map(|error| chain(error));
    let differences = check.differences.iter().map(|(path, difference)| {
        json!({
            "path": path.to_str_lossy(),
            "difference": super::difference(*difference),
        })
    });
    let object = json!({
        "schema": SCHEMA,
        "index": index.to_string_lossy(),
        "sound": check.is_sound(),
        "files": check.files,
        "damage": damage.collect::<Vec<_>>(),
        "articles": check.articles,
        "root": check.root.as_ref().map(|root| root.to_string_lossy()),
        "differences": differences.collect::<Vec<_>>(),
        "unread": check.unread.iter().map(problem).collect::<Vec<_>>(),
    });
    Ok(out.json(&object)?)
}

fn problem(problem: &Problem) -> Json {
    json!({
        "path": problem.path.to_str_lossy(),
        "line": problem.at.map(|at| at.line),
        "column": problem.at.map(|at| at.column),
        "problem": problem.kind.to_string(),
    })
}
