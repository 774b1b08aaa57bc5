//! The attribute of tests that need a database.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Runs a test on a fresh `SQLite` file and again on a fresh `PostgreSQL` database.
///
/// `#[each_database] async fn it_works(database: TestDatabase) { … }` becomes the tests `it_works::sqlite` and `it_works::postgres`.
/// The crate of the tests has `support::database` with `on_sqlite` and `on_postgres`, which prepare the database.
#[proc_macro_attribute]
pub fn each_database(arguments: TokenStream, test: TokenStream) -> TokenStream {
    if !arguments.is_empty() {
        return refusal("#[each_database] takes no arguments");
    }
    let Some(name) = name_of(&test) else {
        return refusal("#[each_database] goes on `async fn <name>(database: TestDatabase) { … }`");
    };
    let mut expanded = test;
    expanded.extend(both_tests(&name));
    expanded
}

/// The test's name, or `None` unless the signature is `async fn <name>(<one argument>) { … }`.
fn name_of(test: &TokenStream) -> Option<String> {
    let mut tokens = test
        .clone()
        .into_iter()
        .skip_while(|token| !is_word(token, "async"));
    let is_function = is_word(&tokens.next()?, "async") && is_word(&tokens.next()?, "fn");
    let TokenTree::Ident(name) = tokens.next()? else {
        return None;
    };
    let TokenTree::Group(arguments) = tokens.next()? else {
        return None;
    };
    let TokenTree::Group(body) = tokens.next()? else {
        return None;
    };
    let fits = is_function
        && arguments.delimiter() == Delimiter::Parenthesis
        && !arguments.stream().is_empty()
        && body.delimiter() == Delimiter::Brace;
    fits.then(|| name.to_string())
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}

fn both_tests(name: &str) -> TokenStream {
    parsed(&format!(
        "mod {name} {{
            #[::tokio::test]
            async fn sqlite() {{
                crate::support::database::on_sqlite(super::{name}).await;
            }}

            #[::tokio::test]
            async fn postgres() {{
                crate::support::database::on_postgres(super::{name}).await;
            }}
        }}"
    ))
}

fn refusal(message: &str) -> TokenStream {
    parsed(&format!("compile_error! {{ {message:?} }}"))
}

fn parsed(code: &str) -> TokenStream {
    code.parse().expect("the code is written in this file")
}
