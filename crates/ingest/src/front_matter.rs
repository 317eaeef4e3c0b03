//! The block of keys at the top of an article: YAML between `---` lines, or TOML between `+++`.
//!
//! A file's first line decides whether there can be a front matter at all; it has to be a fence.
//! `---` is also a rule in Markdown, so what follows it decides as well:
//!
//! 1. The block ends at the first line `---` or `...`. If what lies between parses as a map, it is
//!    front matter. If it parses as anything else (a sentence, be it with a colon, or a list), it
//!    is prose. If it holds nothing but comments, it is front matter unless a blank line follows
//!    the opening fence, where `#` is more likely to start a heading.
//! 2. If it does not parse, it is front matter with a problem when it starts with a key, without a
//!    blank line before it, and most of its lines are keys, items or indented. Its keys are then
//!    read line by line.
//! 3. Otherwise, and if nothing closes the block, its leading lines are front matter with a
//!    problem when the first is a key, the others are keys, items or indented, and there are
//!    several of them, or a blank line after the only one. All the rest is text.
//! 4. Anything else is no front matter, and no problem: nothing of the text is left out.
//!
//! TOML follows the same rules with its own signs.

use std::fmt::Write as _;

use gleaner_store::{Position, ProblemKind};
use serde::de::DeserializeSeed as _;
use toml::de::{DeTable, DeValue};

mod flat;
mod lines;
mod outline;
mod rescue;
mod tree;

use lines::{Format, Look};
pub(crate) use outline::Outline;
pub(crate) use tree::{Node, Step};

/// A larger block is not handed to a parser, which may need some hundred times its size in memory.
const LARGEST: usize = 256 * 1024;

/// More brackets are not handed to the YAML parser: its time grows with the square of the depth,
/// and it reads to the end before it objects to the depth. 64,000 of them take a quarter of a
/// minute, 5,000 some hundredths of a second.
const MOST_BRACKETS: usize = 5_000;

/// The same for a value that is read by itself, of which there may be many.
const MOST_BRACKETS_OF_A_VALUE: usize = 100;

const TOO_DEEP: &str = "nested too deeply";

/// More repeated keys than this are counted, not listed.
const MOST_REPEATED: usize = 10;

/// The line after the opening fence, which is the first of the file.
const FIRST_LINE: u32 = 2;

/// A front matter and the text after it.
#[derive(Debug)]
pub(crate) struct FrontMatter<'t> {
    /// The text between the fences.
    pub(crate) source: &'t str,
    /// The 1-based line of the file in which `source` starts.
    pub(crate) first_line: u32,
    /// The keys at the top and their values, in the order of the file, none of them twice.
    pub(crate) root: Vec<(String, Node)>,
    /// The text after the closing fence.
    pub(crate) body: &'t str,
    /// The 1-based line of the file in which `body` starts.
    pub(crate) body_line: u32,
    /// What could not be taken as it stands.
    pub(crate) problems: Vec<(Option<Position>, ProblemKind)>,
    format: Format,
}

impl FrontMatter<'_> {
    /// Where the keys stand in the file.
    pub(crate) fn outline(&self) -> Outline<'_> {
        Outline::new(self.source, self.first_line, self.format)
    }
}

/// Takes the front matter off a text, which has no byte order mark and ends its lines with `\n`.
///
/// `None` if there is no front matter.
pub(crate) fn split(text: &str) -> Option<FrontMatter<'_>> {
    let (fence, rest) = text.split_once('\n')?;
    let format = Format::of_fence(fence)?;
    let Some((source, body)) = closed(rest, format) else {
        return unclosed(rest, format);
    };
    match read_closed(source, format) {
        Closed::Keys(content) => {
            let closing_line = 1;
            Some(content.into_front_matter(source, body, closing_line, format))
        }
        Closed::Prose => None,
        Closed::Unclear => unclosed(rest, format),
    }
}

/// The text up to the closing fence, and what follows that.
fn closed(rest: &str, format: Format) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let next = at + line.len();
        if format.closes(line) {
            return Some((&rest[..at], &rest[next..]));
        }
        at = next;
    }
    None
}

/// The front matter of a text whose block nothing closes; `rest` starts after the opening fence.
fn unclosed(rest: &str, format: Format) -> Option<FrontMatter<'_>> {
    let looks_right = |line: &&str| format.look(line) == Look::Keys;
    let leading: Vec<&str> = rest.split_inclusive('\n').take_while(looks_right).collect();
    let (source, body) = rest.split_at(leading.iter().map(|line| line.len()).sum());
    let stands_alone = body
        .lines()
        .next()
        .is_none_or(|line| line.trim().is_empty());
    if !format.starts_with_key(source) || (leading.len() == 1 && !stands_alone) {
        return None;
    }
    let mut content = read(source, format);
    let keys = count(content.root.len(), "key");
    let last = leading.len() + 1;
    let why = format!("the block that opens here is not closed; {keys} read up to line {last}");
    content
        .problems
        .insert(0, (Position { line: 1, column: 1 }, why));
    Some(content.into_front_matter(source, body, 0, format))
}

/// What a block between two fences is.
enum Closed {
    Keys(Content),
    Prose,
    /// It does not parse, and most of its lines do not look like keys.
    Unclear,
}

/// What was read from a block.
struct Content {
    root: Vec<(String, Node)>,
    problems: Vec<(Position, String)>,
}

impl Content {
    /// Whether this is a sentence with a colon, which YAML takes for a key and its value.
    fn is_sentence(&self) -> bool {
        !self.root.is_empty() && !self.root.iter().any(|(key, _)| lines::is_name(key))
    }

    fn into_front_matter<'t>(
        self,
        source: &'t str,
        body: &'t str,
        closing_lines: u32,
        format: Format,
    ) -> FrontMatter<'t> {
        let problems = self.problems.into_iter();
        FrontMatter {
            source,
            first_line: FIRST_LINE,
            root: self.root,
            body,
            body_line: FIRST_LINE + line_ends(source) + closing_lines,
            problems: problems
                .map(|(at, why)| (Some(at), ProblemKind::FrontMatter(why)))
                .collect(),
            format,
        }
    }
}

/// Reads a block between two fences, which may be prose between two rules.
fn read_closed(source: &str, format: Format) -> Closed {
    if source
        .lines()
        .all(|line| format.look(line) == Look::Unclear)
    {
        let is_heading = lines::starts_blank(source) && !source.trim().is_empty();
        let empty = Content {
            root: Vec::new(),
            problems: Vec::new(),
        };
        return if is_heading {
            Closed::Prose
        } else {
            Closed::Keys(empty)
        };
    }
    match parse(source, format) {
        Ok(Some(content)) if content.is_sentence() => Closed::Prose,
        Ok(Some(content)) => Closed::Keys(content),
        Ok(None) => Closed::Prose,
        Err(fault) if format.is_mostly_keys(source) => Closed::Keys(rescue(source, format, fault)),
        Err(_) => Closed::Unclear,
    }
}

/// Reads a block that is known to be front matter.
fn read(source: &str, format: Format) -> Content {
    match parse(source, format) {
        Ok(Some(content)) => content,
        Ok(None) => rescue(source, format, Fault::of_block("not a map".to_owned())),
        Err(fault) => rescue(source, format, fault),
    }
}

/// Why a block could not be parsed, and where.
struct Fault {
    at: Position,
    why: String,
}

impl Fault {
    fn of_block(why: String) -> Self {
        let at = Position {
            line: FIRST_LINE,
            column: 1,
        };
        Self { at, why }
    }
}

/// `None` for what parses but is not a map.
fn parse(source: &str, format: Format) -> Result<Option<Content>, Fault> {
    if source.len() > LARGEST {
        let limit = LARGEST / 1024;
        let why = format!("larger than {limit} KiB, so that only its start was read");
        return Err(Fault::of_block(why));
    }
    match format {
        Format::Yaml if brackets(source) > MOST_BRACKETS => Err(Fault::of_block(format!(
            "more than {MOST_BRACKETS} opening brackets"
        ))),
        Format::Yaml => match lines::alias_to_two(source) {
            // The parser would follow the alias to some other anchor.
            Some((name, byte)) => Err(Fault {
                at: position_at(source, byte),
                why: format!("an alias to `{}`, which is set twice", shortened(name)),
            }),
            None => parse_yaml(source),
        },
        Format::Toml => parse_toml(source).map(Some),
    }
}

fn brackets(yaml: &str) -> usize {
    yaml.bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count()
}

/// Reads a value that stands by itself.
fn parse_value(value: &str) -> Option<Node> {
    if brackets(value) > MOST_BRACKETS_OF_A_VALUE {
        return None;
    }
    let reading = tree::Reading::new();
    reading
        .seed()
        .deserialize(serde_yaml::Deserializer::from_str(value))
        .ok()
}

/// Reads what can be read of a block the parser gave up on.
fn rescue(source: &str, format: Format, fault: Fault) -> Content {
    let source = lines::start_of(source, LARGEST);
    let rescued = match format {
        Format::Yaml => rescue::yaml(source, &parse_value),
        Format::Toml => rescue_toml(source),
    };
    let mut why = fault.why;
    match rescued.root.len() {
        0 => why.push_str("; no key could be read"),
        keys => {
            let _ = write!(why, "; {} read line by line", count(keys, "key"));
        }
    }
    if rescued.lines_left_out > 0 {
        let _ = write!(
            why,
            " and {} left out",
            count(rescued.lines_left_out, "line")
        );
    }
    let repeated = rescued
        .repeated
        .into_iter()
        .map(|key| vec![Step::Key(key)])
        .collect::<Vec<_>>();
    let mut problems = vec![(fault.at, why)];
    problems.extend(repetitions(source, &repeated));
    Content {
        root: rescued.root,
        problems,
    }
}

/// A problem for each key of a YAML block that stands twice in one map.
fn repetitions(source: &str, repeated: &[Vec<Step>]) -> Vec<(Position, String)> {
    if repeated.is_empty() {
        return Vec::new();
    }
    let outline = Outline::new(source, FIRST_LINE, Format::Yaml);
    let listed = &repeated[..repeated.len().min(MOST_REPEATED)];
    let problem = |(i, path): (usize, &Vec<Step>)| {
        let before = listed[..i]
            .iter()
            .filter(|earlier| *earlier == path)
            .count();
        let key = match path.last() {
            Some(Step::Key(key)) => key,
            _ => "",
        };
        (outline.nth_position(path, before + 1), repetition(key))
    };
    let mut problems: Vec<_> = listed.iter().enumerate().map(problem).collect();
    if let (Some(last), more @ 1..) = (problems.last_mut(), repeated.len() - listed.len()) {
        let _ = write!(last.1, "; so do {more} more that are given again");
    }
    problems
}

fn repetition(key: &str) -> String {
    format!(
        "`{}` is given again; its first value stands",
        shortened(key)
    )
}

/// `1 key was`, `2 keys were`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun} was")
    } else {
        format!("{number} {noun}s were")
    }
}

/// A text as a problem shows it: on one line, and not long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let start = text
        .char_indices()
        .nth(4 * LONGEST)
        .map_or(text, |(end, _)| &text[..end]);
    let line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn line_ends(text: &str) -> u32 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u32
}

/// The place of a byte of the source. Line and column are counted here because YAML also ends
/// lines at characters that end none in a file.
fn position_at(source: &str, byte: usize) -> Position {
    let mut byte = byte.min(source.len());
    while !source.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &source[..byte];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() as u32 + 1;
    Position {
        line: FIRST_LINE + line_ends(before),
        column,
    }
}

fn parse_yaml(source: &str) -> Result<Option<Content>, Fault> {
    match flat::yaml(source) {
        Some(root) => Ok(Some(Content {
            root,
            problems: Vec::new(),
        })),
        None => parse_any_yaml(source),
    }
}

fn parse_any_yaml(source: &str) -> Result<Option<Content>, Fault> {
    let reading = tree::Reading::new();
    match reading
        .seed()
        .deserialize(serde_yaml::Deserializer::from_str(source))
    {
        Ok(Node::Map(root)) => Ok(Some(Content {
            root,
            problems: repetitions(source, &reading.into_repeated()),
        })),
        Ok(_) => Ok(None),
        Err(error) => Err(yaml_fault(source, &error)),
    }
}

fn yaml_fault(source: &str, error: &serde_yaml::Error) -> Fault {
    let message = error.to_string();
    let byte = match message.split_once(" at position ") {
        // The place of a character that YAML does not allow at all is given in the message only.
        Some((_, rest)) => {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok())
        }
        None => error.location().map(|location| location.index()),
    };
    let byte = byte
        .or_else(|| source.find("\n---").map(|at| at + 1))
        .unwrap_or(0);
    // The message ends with a place that counts from the first line of the block.
    let ends = [" at line ", " at position ", ", while "];
    let end = ends.iter().filter_map(|end| message.find(end)).min();
    let said = &message[..end.unwrap_or(message.len())];
    let is_tab = source.as_bytes().get(byte) == Some(&b'\t');
    Fault {
        at: position_at(source, byte),
        why: yaml_reason(said, is_tab).to_owned(),
    }
}

/// The parser's words, or plainer ones where they say little about what to mend.
fn yaml_reason(said: &str, is_tab: bool) -> &str {
    match said {
        "mapping values are not allowed in this context" => {
            "a key where none can be (a value with `: ` in it needs quotes)"
        }
        "found a tab character that violates indentation" => "indented with a tab",
        "found character that cannot start any token" if is_tab => "indented with a tab",
        "found character that cannot start any token" => {
            "a value that starts with this character needs quotes"
        }
        "found unknown escape character" => {
            "an unknown escape (between double quotes, a backslash is written twice)"
        }
        "did not find expected alphabetic or numeric character" | "unknown anchor" => {
            "an alias to nothing (a value that starts with `*` or `&` needs quotes)"
        }
        "recursion limit exceeded" => TOO_DEEP,
        "repetition limit exceeded" => tree::TOO_MUCH,
        "deserializing from YAML containing more than one document is not supported" => {
            "more than one document"
        }
        _ if said.ends_with(tree::TOO_MUCH) => tree::TOO_MUCH,
        _ if said.ends_with("expected a string") => {
            "a key that is no text (a value that starts with `{` needs quotes)"
        }
        _ => said,
    }
}

fn parse_toml(source: &str) -> Result<Content, Fault> {
    const REPEATED: &str = "duplicate key";
    let (table, errors) = DeTable::parse_recoverable(source);
    let place = |error: &toml::de::Error| error.span().unwrap_or_default();
    if let Some(error) = errors.iter().find(|error| error.message() != REPEATED) {
        let why = match error.message() {
            "recursion limit" | "cannot recurse further; max recursion depth met" => TOO_DEEP,
            said => said,
        };
        return Err(Fault {
            at: position_at(source, place(error).start),
            why: why.to_owned(),
        });
    }
    let listed = errors.iter().take(MOST_REPEATED);
    let problems = listed.map(|error| {
        let key = source.get(place(error)).unwrap_or_default();
        (position_at(source, place(error).start), repetition(key))
    });
    Ok(Content {
        problems: problems.collect(),
        root: toml_table(source, table.into_inner()),
    })
}

/// What the parser makes of the rest of a block after each fault, and the keys before the first
/// header that got lost in one.
fn rescue_toml(source: &str) -> rescue::Rescued {
    let (table, _) = DeTable::parse_recoverable(source);
    let mut root = toml_table(source, table.into_inner());
    let keys = source
        .lines()
        .take_while(|line| lines::toml_header(line).is_none());
    for line in keys.filter_map(lines::toml_line) {
        let value = match DeValue::parse(line.value) {
            Ok(value) => toml_node(line.value, value),
            Err(_) => Node::Text(line.value.to_owned()),
        };
        root.push((line.key.to_owned(), value));
    }
    let root = tree::keep_first(root, |_, _| {});
    rescue::Rescued {
        root,
        repeated: Vec::new(),
        lines_left_out: 0,
    }
}

/// The entries of a table in the order of the file.
fn toml_table(source: &str, table: DeTable<'_>) -> Vec<(String, Node)> {
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let node = |(key, value): (toml::Spanned<toml::de::DeString<'_>>, _)| {
        (key.into_inner().into_owned(), toml_node(source, value))
    };
    entries.into_iter().map(node).collect()
}

fn toml_node(source: &str, value: toml::Spanned<DeValue<'_>>) -> Node {
    let written = source.get(value.span()).unwrap_or_default();
    let exactly = |node: Option<Node>| node.unwrap_or_else(|| Node::Text(written.to_owned()));
    match value.into_inner() {
        DeValue::String(text) => Node::Text(text.into_owned()),
        DeValue::Boolean(truth) => Node::Bool(truth),
        DeValue::Datetime(date) if date.date.is_none() && date.time.is_none() => exactly(None),
        DeValue::Datetime(date) => Node::Text(date.to_string()),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            exactly(number.ok().map(Node::Integer))
        }
        DeValue::Float(number) => {
            let number = number
                .as_str()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite());
            exactly(number.map(Node::Float))
        }
        DeValue::Array(items) => Node::List(
            items
                .into_iter()
                .map(|item| toml_node(source, item))
                .collect(),
        ),
        DeValue::Table(table) => Node::Map(toml_table(source, table)),
    }
}

#[cfg(test)]
mod tests;
