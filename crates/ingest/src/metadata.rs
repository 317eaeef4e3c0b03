//! What the usual keys of a front matter mean, and every key as metadata.

use std::borrow::Cow;

use gleaner_store::{Article, Located, Position, ProblemKind, Related, TitleSource};
use gleaner_store::{Date, DateReading};

use crate::front_matter::{FrontMatter, Node, Outline, Step, shortened};

mod names;
mod values;

use names::{Concept, names_of};

/// Fills in what the front matter tells of an article; what it does not tell stays as it is.
///
/// The problems are those of values that are of no use where they stand, and are kept as metadata
/// alone. Those of reading the block itself are in `front.problems`.
pub(crate) fn apply(
    front: &FrontMatter<'_>,
    article: &mut Article,
    problems: &mut Vec<(Option<Position>, ProblemKind)>,
) {
    let mut reader = Reader {
        root: &front.root,
        outline: front.outline(),
        problems,
    };
    if let Some(title) = reader.title() {
        article.title = title;
        article.title_source = TitleSource::FrontMatter;
    }
    article.excerpt = reader.excerpt().or(article.excerpt.take());
    article.date = reader.date(Concept::Date).or(article.date);
    article.updated = reader.date(Concept::Updated).or(article.updated);
    article.topics.extend(reader.topics());
    article.provider = reader.provider().or(article.provider.take());
    article.author = reader.author().or(article.author.take());
    article.url = reader.url().or(article.url.take());
    article.related.extend(reader.related());
    for (key, node) in &front.root {
        if let Err(left_out) = values::collect(key, node, &mut article.metadata) {
            let at = reader.outline.position(&[Step::Key(key.clone())]);
            reader.problem(
                at,
                format!("`{}` {} and was left out", shortened(key), left_out.why()),
            );
        }
    }
}

/// A key that is there and has a value.
#[derive(Clone, Copy)]
struct Found<'f> {
    key: &'f str,
    /// The key inside the map that is the value of `key`.
    inner: Option<&'f str>,
    node: &'f Node,
}

impl Found<'_> {
    fn path(&self) -> Vec<Step> {
        [Some(self.key), self.inner]
            .into_iter()
            .flatten()
            .map(|key| Step::Key(key.to_owned()))
            .collect()
    }

    fn name(&self) -> String {
        match self.inner {
            Some(inner) => shortened(&format!("{}.{inner}", self.key)),
            None => shortened(self.key),
        }
    }
}

struct Reader<'f, 'p> {
    root: &'f [(String, Node)],
    outline: Outline<'f>,
    problems: &'p mut Vec<(Option<Position>, ProblemKind)>,
}

impl<'f> Reader<'f, '_> {
    /// The keys that are names of a concept, in the order of the table.
    fn found(&self, concept: Concept) -> impl Iterator<Item = Found<'f>> + use<'f> {
        let root = self.root;
        let found = move |name: &&str| {
            if let Some((key, node)) = entry(root, name) {
                return Some(Found {
                    key,
                    inner: None,
                    node,
                });
            }
            let (outer, inner) = name.split_once('.')?;
            let (key, Node::Map(map)) = entry(root, outer)? else {
                return None;
            };
            let (inner, node) = entry(map, inner)?;
            Some(Found {
                key,
                inner: Some(inner),
                node,
            })
        };
        names_of(concept)
            .iter()
            .filter_map(found)
            .filter(|found| *found.node != Node::Null)
    }

    fn problem(&mut self, at: Position, why: String) {
        self.problems
            .push((Some(at), ProblemKind::FrontMatter(why)));
    }

    /// A problem with the value of a key, which is `what`.
    fn unfit(&mut self, found: Found<'_>, what: &str) {
        let at = self.outline.position(&found.path());
        self.problem(at, format!("`{}` is {what}", found.name()));
    }

    fn located(&self, found: Found<'_>, text: String) -> Located {
        Located {
            text,
            line: self.outline.position(&found.path()).line,
        }
    }

    fn title(&mut self) -> Option<Located> {
        for found in self.found(Concept::Title) {
            match scalar(found.node) {
                Some(text) => {
                    if let Some(title) = one_line(&text) {
                        return Some(self.located(found, title));
                    }
                }
                None => self.unfit(found, &format!("{}, not a text", kind(found.node))),
            }
        }
        None
    }

    fn excerpt(&mut self) -> Option<Located> {
        for found in self.found(Concept::Excerpt) {
            match found.node {
                Node::Text(text) => {
                    if let Some(excerpt) = one_line(text) {
                        return Some(self.located(found, excerpt));
                    }
                }
                Node::List(_) | Node::Map(_) => {
                    self.unfit(found, &format!("{}, not a text", kind(found.node)));
                }
                // `summary: true` is a switch of the site's generator.
                _ => {}
            }
        }
        None
    }

    fn date(&mut self, concept: Concept) -> Option<Date> {
        for found in self.found(concept) {
            let Some(text) = scalar(found.node) else {
                self.unfit(found, &format!("{}, not a date", kind(found.node)));
                continue;
            };
            // A number with a fraction may look like a year and a month, but it is not written
            // as one.
            let reading = match found.node {
                Node::Text(_) | Node::Integer(_) => Date::read(&text),
                _ => DateReading::NotADate,
            };
            match reading {
                DateReading::Date(date) => return Some(date),
                _ if text.trim().is_empty() => {}
                DateReading::Impossible => {
                    self.unfit(
                        found,
                        &format!("a date that does not exist: `{}`", shortened(&text)),
                    );
                }
                DateReading::NotADate => {
                    self.unfit(found, &format!("not a date: `{}`", shortened(&text)));
                }
            }
        }
        None
    }

    fn topics(&mut self) -> Vec<String> {
        let mut topics = Vec::new();
        for found in self.found(Concept::Topics) {
            let unfit = match found.node {
                Node::List(list) => {
                    topics.extend(list.iter().filter_map(|item| one_line(&scalar(item)?)));
                    list.iter()
                        .any(|item| matches!(item, Node::List(_) | Node::Map(_)))
                }
                Node::Map(_) => true,
                scalar_node => {
                    let text = scalar(scalar_node).and_then(|text| one_line(&text));
                    let text = text.unwrap_or_default();
                    topics.extend(text.split([',', ';']).filter_map(one_line));
                    false
                }
            };
            if unfit {
                self.unfit(found, "not a list of texts");
            }
        }
        values::without_repetition(topics.into_iter())
    }

    fn provider(&self) -> Option<String> {
        // `source` and `site` are addresses as often as names, and an address names nobody.
        self.found(Concept::Provider)
            .find_map(|found| name(found.node).filter(|name| !name.contains("://")))
    }

    fn author(&self) -> Option<String> {
        self.found(Concept::Author)
            .find_map(|found| match found.node {
                Node::List(list) => {
                    let names = values::without_repetition(list.iter().filter_map(name));
                    (!names.is_empty()).then(|| names.join(", "))
                }
                node => name(node),
            })
    }

    /// The first address in full: a path such as `/about/` does not say where on the web it is.
    fn url(&self) -> Option<String> {
        self.found(Concept::Url).find_map(|found| match found.node {
            Node::Text(text) => one_line(text).filter(|url| url.contains("://")),
            _ => None,
        })
    }

    fn related(&mut self) -> Vec<Related> {
        let mut related = Vec::new();
        for found in self.found(Concept::Related) {
            let line = self.outline.position(&found.path()).line;
            match found.node {
                Node::List(list) => {
                    let places = self.outline.items(found.key);
                    for (i, node) in list.iter().enumerate() {
                        let line = places.get(i).map_or(line, |at| at.line);
                        add_related(node, line, &mut related);
                    }
                }
                Node::Map(_) => self.unfit(found, "a map, not a list of articles"),
                node => add_related(node, line, &mut related),
            }
        }
        related
    }
}

/// Adds an entry of the `related` list: a map with a title and an excerpt, or a title alone.
fn add_related(node: &Node, line: u32, related: &mut Vec<Related>) {
    let (title, excerpt, url) = match node {
        // `[[Title]]`, as wikis link, is a list in a list to YAML.
        Node::List(list) => {
            return list
                .iter()
                .for_each(|node| add_related(node, line, related));
        }
        Node::Map(map) => {
            let first = |concept| {
                names_of(concept)
                    .iter()
                    .find_map(|name| one_line(&scalar(entry(map, name)?.1)?))
            };
            let url = first(Concept::Url).filter(|url| url.contains("://"));
            (first(Concept::Title), first(Concept::Excerpt), url)
        }
        node => (scalar(node).and_then(|text| one_line(&text)), None, None),
    };
    if title.is_some() || excerpt.is_some() {
        let (title, excerpt) = (title.unwrap_or_default(), excerpt.unwrap_or_default());
        related.push(Related {
            title,
            excerpt,
            url,
            line,
        });
    }
}

fn entry<'f>(map: &'f [(String, Node)], name: &str) -> Option<(&'f str, &'f Node)> {
    let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(key, node)| (key.as_str(), node))
}

/// The text form of a value that is neither a list nor a map.
fn scalar(node: &Node) -> Option<Cow<'_, str>> {
    match node {
        Node::Null | Node::List(_) | Node::Map(_) => None,
        Node::Bool(truth) => Some(truth.to_string().into()),
        Node::Integer(number) => Some(number.to_string().into()),
        Node::Float(number) => Some(number.to_string().into()),
        Node::Text(text) => Some(text.into()),
    }
}

/// Somebody's name: a text, or the `name` of a map.
fn name(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => one_line(text),
        Node::Integer(number) => Some(number.to_string()),
        Node::Map(map) => match entry(map, "name")?.1 {
            Node::Text(text) => one_line(text),
            _ => None,
        },
        _ => None,
    }
}

/// A text with its whitespace made single blanks; `None` if nothing is left, or nothing that is
/// meant to be read.
fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || values::is_opaque(text) {
        return None;
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Some(line)
}

fn kind(node: &Node) -> &'static str {
    match node {
        Node::Map(_) => "a map",
        Node::List(_) => "a list",
        _ => "a single value",
    }
}

#[cfg(test)]
mod tests;
