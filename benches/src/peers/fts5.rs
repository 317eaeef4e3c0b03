//! `SQLite` with its full-text index FTS5, over the same split of an article as bare tantivy.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Peer, below, files, split};
use crate::ask::{Ask, Class, Found, Shown, Want};

const FILE: &str = "articles.db";

/// Indexes a folder anew, in one transaction and without a journal.
pub(super) fn index(articles: &Path, folder: &Path) -> u64 {
    fs::create_dir_all(folder).expect("a folder");
    let database = Connection::open(folder.join(FILE)).expect("a database");
    let made = database.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
         CREATE VIRTUAL TABLE articles USING fts5(
             path UNINDEXED, kind, title, body, tokenize = 'porter unicode61');",
    );
    made.expect("a table");
    let insert = database.prepare("INSERT INTO articles VALUES (?1, ?2, ?3, ?4)");
    let mut insert = insert.expect("a statement");
    let mut count = 0;
    for file in files(articles) {
        let bytes = fs::read(&file).expect("a file that can be read");
        let text = String::from_utf8_lossy(&bytes);
        let article = split(&text);
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let path = below(&file, articles);
        let path = String::from_utf8_lossy(&path);
        let title = article.title.unwrap_or(&name);
        let row = params![path, article.kind, title, article.body];
        insert.execute(row).expect("inserted");
        count += 1;
    }
    database.execute_batch("COMMIT").expect("a commit");
    count
}

/// Opens an index for searching.
pub(super) fn open(folder: &Path) -> Database {
    Database(Connection::open(folder.join(FILE)).expect("a database"))
}

/// A database with one table of articles.
pub(super) struct Database(Connection);

impl Peer for Database {
    fn find(&self, ask: &Ask, want: Want) -> Option<Found> {
        let columns = match want {
            Want::Count => return Some(self.count(&expression(ask)?)),
            Want::Hits => "path, '', ''",
            Want::Titles => "path, title, ''",
            Want::Snippets => "path, title, snippet(articles, 3, '<b>', '</b>', '…', 30)",
        };
        let select = format!(
            "SELECT {columns} FROM articles WHERE articles MATCH ?1 ORDER BY rank LIMIT 10"
        );
        let mut select = self.0.prepare_cached(&select).expect("a statement");
        let shown = |row: &Row<'_>| {
            Ok(Shown {
                path: row.get::<_, String>(0)?.into_bytes(),
                title: row.get(1)?,
                snippet: row.get(2)?,
            })
        };
        let rows = select.query_map([expression(ask)?], shown).expect("rows");
        let hits = rows.map(|row| row.expect("a row")).collect();
        Some(Found { total: None, hits })
    }
}

impl Database {
    fn count(&self, expression: &str) -> Found {
        let select = "SELECT count(*) FROM articles WHERE articles MATCH ?1";
        let mut select = self.0.prepare_cached(select).expect("a statement");
        let total = select.query_row([expression], |row| row.get::<_, i64>(0));
        let total = total.optional().expect("counted").unwrap_or_default();
        Found {
            total: Some(total.unsigned_abs()),
            hits: Vec::new(),
        }
    }
}

/// The query in the language of FTS5; it has no fuzzy words.
fn expression(ask: &Ask) -> Option<String> {
    let quoted = |word: &String| format!("\"{word}\"");
    let each: Vec<String> = ask.words.iter().map(quoted).collect();
    let words = match ask.class {
        Class::Term | Class::Filtered => each[0].clone(),
        Class::And => each.join(" AND "),
        Class::Or => each.join(" OR "),
        Class::Phrase | Class::CommonPhrase => quoted(&ask.words.join(" ")),
        Class::Prefix => format!("{}*", each[0]),
        Class::Fuzzy => return None,
    };
    Some(match &ask.filter {
        Some((_, value)) => format!("({{title body}} : {words}) AND (kind : \"{value}\")"),
        None => words,
    })
}
