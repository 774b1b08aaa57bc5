//! Refusals are answered as described.

use super::*;

#[tokio::test]
async fn the_form_of_a_wrong_query_is_described() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let document = program.get("/openapi.json").await.ok();
        let invalid = program
            .get("/api/v1/ops/alerts?limit=x&severity=y")
            .await
            .json();
        let described = &document["components"]["responses"]["InvalidQuery"];
        assert_described(
            &document,
            &described["content"]["application/json"]["schema"],
            &invalid,
        );
    })
    .await;
}

#[tokio::test]
async fn refusals_are_as_described() {
    let cases = [
        ("get", "incidents", "incidents?state=x", 422),
        ("get", "incidents/{id}", "incidents/2", 404),
        ("get", "incidents/{id}", "incidents/x", 422),
        ("post", "incidents/{id}/ack", "incidents/1/ack", 409),
        ("post", "incidents/{id}/ack", "incidents/2/ack", 404),
        ("post", "incidents/{id}/ack", "incidents/x/ack", 422),
        ("post", "incidents/{id}/resolve", "incidents/1/resolve", 409),
        ("post", "incidents/{id}/resolve", "incidents/2/resolve", 404),
        ("post", "incidents/{id}/resolve", "incidents/x/resolve", 422),
        ("post", "silences", "silences", 422),
        ("delete", "silences/{id}", "silences/1", 409),
        ("delete", "silences/{id}", "silences/2", 404),
        ("delete", "silences/{id}", "silences/x", 422),
    ];
    on_sqlite(async |database| {
        let program = overdrawn(&database).await.start().await;
        program.sweep().await;
        let full = |path: &str| format!("/api/v1/ops/{path}");
        let (resolve, silence) = ("incidents/1/resolve", "silences?scope=all&duration=2h");
        program.post(&full(resolve)).await.ok();
        assert_eq!(program.post(&full(silence)).await.status, 201);
        as_admin(&program, Method::DELETE, &full("silences/1"))
            .await
            .ok();
        let document = program.get("/openapi.json").await.ok();
        for (method, path, asked, status) in cases {
            let answer = as_admin(
                &program,
                method.to_uppercase().parse().unwrap(),
                &full(asked),
            )
            .await;
            assert_eq!(answer.status, status, "{method} {asked}");
            let operation = &document["paths"][full(path)][method];
            assert_answered_as_described(&document, operation, &answer);
        }
    })
    .await;
}
