//! What the usual keys of a front matter mean.

/// What a key can tell of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concept {
    Title,
    Excerpt,
    Date,
    Updated,
    Topics,
    Provider,
    Author,
    Url,
    Related,
}

/// The usual names of each concept.
///
/// A name is matched without regard to the case of ASCII letters. After a dot comes a key inside
/// a map, and a key that has the dot in its own name serves as well (`ms.date`). Where several
/// names are there, the first of the list with a usable value is taken; only the topics are
/// gathered from all of them.
// A table is read in rows.
#[rustfmt::skip]
const NAMES: [(Concept, &[&str]); 9] = [
    (Concept::Title, &["title", "headline"]),
    (Concept::Excerpt, &["excerpt", "description", "summary", "abstract", "subtitle"]),
    (Concept::Date, &[
        "publishedDateTime", "date", "published_at", "publishedAt", "datePublished",
        "date_published", "publish_date", "publishDate", "pubDate", "created", "created_at",
        "createdAt", "dateCreated", "ms.date",
    ]),
    (Concept::Updated, &[
        "updated", "modified", "lastmod", "updatedDateTime", "modifiedDateTime", "last_modified",
        "lastModified", "date_modified", "dateModified", "updated_at", "updatedAt",
        "last_updated", "lastUpdated",
    ]),
    (Concept::Topics, &["topics", "tags", "categories", "keywords"]),
    (Concept::Provider, &["provider.name", "provider", "source", "site", "publisher"]),
    (Concept::Author, &["author", "authors", "byline", "creator"]),
    (Concept::Url, &[
        "webUrl", "originalUrl", "canonical", "canonical_url", "canonicalUrl", "permalink",
        "link", "url", "online version",
    ]),
    (Concept::Related, &["related"]),
];

/// The names of a concept, the first to be preferred.
pub(super) fn names_of(concept: Concept) -> &'static [&'static str] {
    NAMES
        .iter()
        .find(|(c, _)| *c == concept)
        .map_or(&[], |(_, names)| names)
}

/// The concept a dotted path is a name of.
pub(super) fn concept_of(path: &str) -> Option<Concept> {
    let matches = |name: &&str| path.eq_ignore_ascii_case(name);
    let found = NAMES.iter().find(|(_, names)| names.iter().any(matches));
    found.map(|(concept, _)| *concept)
}
