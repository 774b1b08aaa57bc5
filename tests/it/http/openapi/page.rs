//! The description as a page.

use super::*;

#[tokio::test]
async fn the_page_shows_the_whole_document_and_needs_nothing_from_elsewhere() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let page = program.get("/docs").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(
            page.header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        let document = program.get("/openapi.json").await.ok();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                assert!(
                    page.text
                        .contains(&format!("<section id=\"{method}{path}\">")),
                    "{path}"
                );
            }
        }
        for name in document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            assert!(
                page.text.contains(&format!("<section id=\"{name}\">")),
                "{name}"
            );
        }
        for (_, link) in page
            .text
            .match_indices("href=\"")
            .map(|(at, found)| page.text.split_at(at + found.len()))
        {
            let target = link.split('"').next().unwrap();
            let anchor = target.strip_prefix('#').map(|id| format!("id=\"{id}\""));
            assert!(
                target == "openapi.json"
                    || anchor.is_some_and(|anchor| page.text.contains(&anchor)),
                "{target}"
            );
        }
        for foreign in ["http://", "https://", "<script", "src=", "@import", "url("] {
            assert!(!page.text.contains(foreign), "{foreign}");
        }
        assert!(
            page.text
                .contains("&lt;path?query&gt;; rel=&quot;next&quot;")
                || !page.text.contains("<path?query>")
        );
    })
    .await;
}
