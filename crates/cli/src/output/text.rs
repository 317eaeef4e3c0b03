//! Text for people: sober, and readable on 80 columns.

mod bench;
mod check;
mod similar;

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use anstyle::{AnsiColor, Style as Ansi};
use gleaner::{Copy, Date, FacetCounts, Freshness, Hit, Page, Snippet, SnippetPart, Status};

use super::{Paths, prose, shown_problem};
use crate::args::{Color, Explain};
use crate::console::{Console, Stream};
use crate::failure::Failure;
pub(crate) use bench::write_bench;
pub(crate) use check::write_check;
pub(crate) use similar::write_similar;

/// Column at which the text of a hit begins.
const INDENT: usize = 4;

/// Most copies of a hit that are named.
const MAX_COPIES_NAMED: usize = 5;

/// The colours, or none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    title: Ansi,
    path: Ansi,
    label: Ansi,
    matched: Ansi,
    warning: Ansi,
}

impl Style {
    /// The style for an output that can show it.
    pub(crate) fn chosen(color: Color, console: &Console<'_>) -> Self {
        let wanted = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => console.out.is_terminal && !console.no_color,
        };
        if !wanted {
            return Self::default();
        }
        Self {
            title: Ansi::new().bold(),
            path: AnsiColor::Cyan.on_default(),
            label: Ansi::new().dimmed(),
            matched: AnsiColor::Red.on_default().bold(),
            warning: AnsiColor::Yellow.on_default(),
        }
    }
}

/// Writes a page: each hit with title, place, labels and snippet; the facets; then how many hits
/// there are.
pub(crate) fn write(
    page: &Page,
    paths: &Paths,
    style: Style,
    explain: Option<Explain>,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let width = console.width;
    for hit in &page.hits {
        write_hit(hit, paths, style, width, &mut console.out)?;
        write_explanation(hit, explain, style, width, &mut console.out)?;
        writeln!(console.out)?;
    }
    for facet in &page.facets {
        write_facet(facet, style, &mut console.out)?;
    }
    console.out.flush()?;
    let shown = page.hits.len() as u64;
    let noun = if page.total == 1 { "hit" } else { "hits" };
    match page.total {
        // What was not looked at may hold what is searched for; a note says that the search was stopped.
        0 if page.timed_out => {}
        0 => writeln!(console.err, "nothing found")?,
        total if shown == total => writeln!(console.err, "{total} {noun}{}", with_all(page))?,
        total if shown + page.collapsed == total => {
            let (copies, with_all) = (page.collapsed, with_all(page));
            writeln!(
                console.err,
                "{total} {noun}, {copies} of them as copies{with_all}"
            )?;
        }
        total => match (page.hits.first(), page.hits.last()) {
            (Some(first), Some(last)) => {
                let copies = match page.collapsed {
                    0 => String::new(),
                    1 => ", with 1 copy".to_owned(),
                    count => format!(", with {count} copies"),
                };
                let (first, last, with_all) = (first.rank, last.rank, with_all(page));
                writeln!(
                    console.err,
                    "hits {first} to {last} of {total}{copies}{with_all}"
                )?;
            }
            _ => writeln!(console.err, "{total} {noun}, none on this page")?,
        },
    }
    Ok(())
}

/// How many hits have all words, where that says anything.
fn with_all(page: &Page) -> String {
    match page.with_all_words {
        Some(count) if count < page.total => format!(", {count} with all words"),
        _ => String::new(),
    }
}

/// Writes a facet: its name, a value with its count a line, and what is not among them.
fn write_facet(facet: &FacetCounts, style: Style, out: &mut Stream<'_>) -> Result<(), Failure> {
    let Style { title, label, .. } = style;
    out.styled(title, &facet.name)?;
    writeln!(out)?;
    for counted in &facet.values {
        writeln!(out, "{:>7}  {}", counted.count, counted.value)?;
    }
    let values = if facet.more == 1 { "value" } else { "values" };
    let rests = [
        (facet.more, format!("further {values}")),
        (facet.missing, "without it".to_owned()),
        (facet.uncounted, "not counted".to_owned()),
    ];
    for (count, what) in rests.iter().filter(|(count, _)| *count > 0) {
        out.styled(label, format_args!("{count:>7}  ({what})"))?;
        writeln!(out)?;
    }
    writeln!(out)?;
    Ok(())
}

fn write_hit(
    hit: &Hit,
    paths: &Paths,
    style: Style,
    width: usize,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let rank = format!("{}.", hit.rank);
    let first = format!("{rank:<INDENT$}");
    write_wrapped(
        &hit.title,
        &hit.title_marks,
        [style.title, style.matched],
        [&first, "    "],
        width,
        out,
    )?;
    let Style { path, label, .. } = style;
    write!(out, "    ")?;
    out.styled(
        path,
        format_args!("{}:{}", paths.shown(&hit.path), hit.line),
    )?;
    write_freshness(hit.freshness, style, out)?;
    writeln!(out)?;
    let labels = labels(hit);
    if !labels.is_empty() {
        let indents = ["    ", "    "];
        write_wrapped(&labels, &[], [label, label], indents, width, out)?;
    }
    write_snippets(hit, style, width, out)?;
    if !hit.copies.is_empty() {
        let copies = copies(&hit.copies);
        let indents = ["    ", "    "];
        write_wrapped(&copies, &[], [label, label], indents, width, out)?;
    }
    Ok(())
}

/// Writes why a hit was found, if that is asked for.
fn write_explanation(
    hit: &Hit,
    explain: Option<Explain>,
    style: Style,
    width: usize,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let (Some(explain), Some(explanation)) = (explain, &hit.explanation) else {
        return Ok(());
    };
    let label = style.label;
    let indents = ["    ", "    "];
    write_wrapped(
        &explanation.to_string(),
        &[],
        [label; 2],
        indents,
        width,
        out,
    )?;
    if explain == Explain::Full {
        for part in &explanation.parts {
            let word = part.word.as_deref().unwrap_or_default();
            let line = format!("{:>9.4}  {:<11}  {word}", part.value, part.reason.name());
            write_styled_line(label, line.trim_end(), out)?;
        }
        write_styled_line(label, format_args!("{:>9.4}  score", hit.score), out)?;
    }
    Ok(())
}

/// Writes an indented line in a style.
fn write_styled_line(
    style: Ansi,
    text: impl std::fmt::Display,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    write!(out, "    ")?;
    out.styled(style, text)?;
    Ok(writeln!(out)?)
}

/// How many copies there are, and whose, each named once. One without a provider is named by its
/// path.
fn copies(copies: &[Copy]) -> String {
    let mut names: Vec<String> = Vec::new();
    for copy in copies {
        let name = copy.provider.clone();
        let name = name.unwrap_or_else(|| copy.path.to_string());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (count, others) = (copies.len(), names.len().saturating_sub(MAX_COPIES_NAMED));
    names.truncate(MAX_COPIES_NAMED);
    let noun = if count == 1 { "copy" } else { "copies" };
    let more = if others > 0 { ", …" } else { "" };
    format!("+{count} {noun}: {}{more}", names.join(", "))
}

/// Writes the passages, each below the headings it stands under; the second one says its line.
fn write_snippets(
    hit: &Hit,
    style: Style,
    width: usize,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let place = hit.snippet.headings.join(" › ");
    write_snippet(&hit.snippet, &place, style, width, out)?;
    if let Some(second) = &hit.second {
        let mut place = format!("line {}", second.line);
        if !second.headings.is_empty() && second.headings != hit.snippet.headings {
            place += " · ";
            place += &second.headings.join(" › ");
        }
        write_snippet(second, &place, style, width, out)?;
    }
    Ok(())
}

/// Writes a passage below its place; one of a related article says so.
fn write_snippet(
    snippet: &Snippet,
    place: &str,
    style: Style,
    width: usize,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let indents = ["    ", "    "];
    if !place.is_empty() {
        let styles = [style.label, style.label];
        write_wrapped(place, &[], styles, indents, width, out)?;
    }
    let mut text = snippet.text.clone();
    let mut marks = snippet.marks.clone();
    if let SnippetPart::Related(title) = &snippet.part {
        let lead = if *title == snippet.text {
            "Related: ".to_owned()
        } else {
            format!("Related, {title}: ")
        };
        text.insert_str(0, &lead);
        for mark in &mut marks {
            *mark = mark.start + lead.len()..mark.end + lead.len();
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    let styles = [Ansi::new(), style.matched];
    write_wrapped(&text, &marks, styles, indents, width, out)
}

/// Date, provider and topics, as far as there are any.
fn labels(hit: &Hit) -> String {
    let date = hit.date.map(day);
    let topics = (!hit.topics.is_empty()).then(|| hit.topics.join(", "));
    let labels: Vec<String> = [date, hit.provider.clone(), topics]
        .into_iter()
        .flatten()
        .collect();
    labels.join(" · ")
}

/// Writes prose wrapped to `width`, the first line after `indents[0]` and the others after
/// `indents[1]`, in the first of two styles and the marked ranges in the second.
fn write_wrapped(
    text: &str,
    marks: &[Range<usize>],
    [plain, marked]: [Ansi; 2],
    [first, other]: [&str; 2],
    width: usize,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let (text, marks) = prose(text, marks);
    let options = textwrap::Options::new(width.saturating_sub(first.chars().count()).max(10))
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut at = 0;
    for (i, line) in textwrap::wrap(&text, options).iter().enumerate() {
        // Lines come in order and are pieces of the text, without the blanks between them.
        let start = text[at..]
            .find(line.as_ref())
            .map_or(at, |found| at + found);
        let end = start + line.len();
        write!(out, "{}", if i == 0 { first } else { other })?;
        let mut from = start;
        for mark in marks
            .iter()
            .filter(|mark| mark.start < end && mark.end > start)
        {
            let (mark_start, mark_end) = (mark.start.max(start), mark.end.min(end));
            out.styled(plain, &text[from..mark_start])?;
            out.styled(marked, &text[mark_start..mark_end])?;
            from = mark_end;
        }
        out.styled(plain, &text[from.min(end)..end])?;
        writeln!(out)?;
        at = end;
    }
    Ok(())
}

fn write_freshness(
    freshness: Freshness,
    style: Style,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let changed = match freshness {
        Freshness::Changed => "changed",
        Freshness::Gone => "gone",
        _ => return Ok(()),
    };
    write!(out, "  ")?;
    let text = format_args!("({changed} since it was indexed)");
    Ok(out.styled(style.warning, text)?)
}

/// A date without the time: the day says enough here.
fn day(date: Date) -> String {
    let mut date = date.to_string();
    date.truncate("YYYY-MM-DD".len());
    date
}

/// Writes the status of an index.
pub(crate) fn write_status(
    status: &Status,
    index: &Path,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let Console { out, .. } = console;
    let mut row = |name: &str, value: String| writeln!(out, "{name:<10} {value}");
    row("index", index.display().to_string())?;
    let root = status
        .root
        .as_ref()
        .map_or("not known".into(), |root| root.display().to_string());
    row("articles", format!("{} of {root}", status.articles))?;
    if status.left_out > 0 {
        row("left out", status.left_out.to_string())?;
    }
    let segments = if status.segments == 1 {
        "segment"
    } else {
        "segments"
    };
    let size = human_bytes(status.bytes);
    row(
        "size",
        format!(
            "{size} in {} {segments}, format {}",
            status.segments, status.format
        ),
    )?;
    row("language", status.language.to_string())?;
    if let Some(finished) = status.finished {
        row("built", gleaner::Date::of_seconds(finished).to_string())?;
    }
    row(
        "on disk",
        match status.differences {
            None => "the articles cannot be read now".to_owned(),
            Some(differences) if differences.is_empty() => "as indexed".to_owned(),
            Some(differences) => format!(
                "{} added, {} changed, {} removed since: run `gleaner index`",
                differences.added, differences.changed, differences.removed
            ),
        },
    )?;
    row("problems", status.problems.len().to_string())?;
    for problem in &status.problems {
        writeln!(out, "  {}", shown_problem(problem))?;
    }
    Ok(())
}

/// Bytes in the largest unit that leaves at least 1, with one decimal.
fn human_bytes(bytes: u64) -> String {
    let units = ["KB", "MB", "GB", "TB"];
    let mut size = bytes as f64 / 1000.0;
    for unit in units {
        if size < 999.95 {
            return format!("{size:.1} {unit}");
        }
        size /= 1000.0;
    }
    format!("{size:.1} PB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, mark: Range<usize>, width: usize) -> String {
        let mut out = Vec::new();
        let marked = AnsiColor::Red.on_default();
        write_wrapped(
            text,
            &[mark],
            [Ansi::new(), marked],
            ["1.  ", "    "],
            width,
            &mut Stream::of_data(&mut out, true),
        )
        .expect("a buffer takes everything");
        let text = String::from_utf8(out).expect("UTF-8");
        text.replace("\u{1b}[31m", "[").replace("\u{1b}[0m", "]")
    }

    #[test]
    fn marks_go_on_across_lines() {
        assert_eq!(
            wrapped("one two three", 4..13, 12),
            "1.  one [two]\n    [three]\n"
        );
        assert_eq!(wrapped("one  one", 5..8, 14), "1.  one  [one]\n");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(
            wrapped("東京都東京都東京", 0..0, 16),
            "1.  東京都東京都\n    東京\n"
        );
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(human_bytes(12_345), "12.3 KB");
        assert_eq!(human_bytes(109_999_999), "110.0 MB");
    }
}
