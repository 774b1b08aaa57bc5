//! The actions of `sovani-ops.toml`.

use crate::support::checks::detector_names;

use super::jobs::{Installation, load, problems};

use sovani_ops::{
    domain::Mode,
    settings::{ActionEntry, CommandCall, CustomKind, Settings, Source},
};

#[test]
fn a_mode_can_be_given_to_each_action() {
    for mode in Mode::ALL {
        let settings = load(&format!(
            "[[action]]\nname = \"remediate_vacuum_db\"\nmode = \"{mode}\""
        ))
        .unwrap();
        let entry = ActionEntry {
            name: "remediate_vacuum_db".to_owned(),
            mode: Some(mode),
            limit: None,
            custom: None,
        };
        assert_eq!(settings.actions(), [entry]);
    }
    assert!(
        Settings::load(&Source::fixed([]), &sovani_ops::actions::known())
            .unwrap()
            .actions()
            .is_empty()
    );
}

fn command() -> CustomKind {
    CustomKind::Command(CommandCall {
        program: "/usr/bin/systemctl".to_owned(),
        arguments: vec!["restart".to_owned(), "api; rm -rf /".to_owned()],
        environment: vec!["PATH".to_owned()],
        folder: Some("/srv".into()),
    })
}

#[test]
fn a_command_of_ones_own_is_a_list_of_arguments() {
    let settings = load(
        "[[action]]\nname = \"restart_api\"\nkind = \"command\"\n\
         command = [\"/usr/bin/systemctl\", \"restart\", \"api; rm -rf /\"]\n\
         detectors = [\"check_api_latency_p95\", \"check_db_growth\"]\nenv = [\"PATH\"]\ncwd = \"/srv\"\n\
         timeout = \"5m\"\nmode = \"approve\"",
    )
    .unwrap();
    let entry = &settings.actions()[0];
    let custom = entry.custom.as_ref().unwrap();
    assert_eq!(
        (entry.name.as_str(), entry.mode),
        ("restart_api", Some(Mode::Approve))
    );
    assert_eq!(
        custom.detectors,
        ["check_api_latency_p95", "check_db_growth"]
    );
    assert_eq!((custom.timeout.as_secs(), &custom.kind), (300, &command()));
}

const CALL: &str = "[[action]]\nname = \"restart_api\"\nkind = \"http\"\n\
    url = \"https://user:SECRET@api.example/restart?key=SECRET\"\ndetectors = [\"check_api_latency_p95\"]\n\
    headers = { Authorization = \"$API_RESTART_TOKEN\" }\nexpect = [200, 204]";

#[test]
fn a_call_takes_its_secrets_from_the_environment_and_shows_none() {
    let installation = Installation::with(CALL);
    let source = installation
        .source()
        .with("API_RESTART_TOKEN", "Bearer SECRET");
    let settings = Settings::load(&source, &sovani_ops::actions::known()).unwrap();
    let custom = settings.actions()[0].custom.clone().unwrap();
    let CustomKind::Http(call) = &custom.kind else {
        panic!("{custom:?}");
    };
    assert_eq!(call.headers[0].value(), "Bearer SECRET");
    assert_eq!(
        (call.method.as_str(), &call.expect),
        ("POST", &vec![200, 204])
    );
    assert_eq!(call.address(), "https://api.example/restart?…");
    assert!(!format!("{settings:?}").contains("SECRET"));
    assert_eq!(
        call.without_secrets("you said Bearer SECRET, or SECRET"),
        "you said …, or …"
    );
    assert_eq!(
        problems(CALL),
        [
            "line 6: action \"restart_api\": headers: \"Authorization\": expected a variable that is set, such as $API_TOKEN"
        ]
    );
}

#[test]
fn all_faults_of_actions_are_told_together() {
    let told = problems(
        "[[action]]\nmode = \"SECRET\"\n\
         [[action]]\nname = \"remediate_vacuum_db\"\ncommand = 1\n[[action]]\nname = \"remediate_vacuum_db\"\n\
         [[action]]\nname = \"No name\"\n\
         [[action]]\nname = \"a\"\nkind = \"command\"\ncommand = []\ndetectors = [\"check_SECRET\"]\n\
         env = [\"A=SECRET\"]\ncwd = \"relative\"\ntimeout = \"2h\"\n\
         [[action]]\nname = \"b\"\nkind = \"http\"\nurl = \"ftp://SECRET\"\ndetectors = []\nmethod = \"BREW\"\n\
         headers = { \"a b\" = \"SECRET\" }\nexpect = [42]\n\
         [[action]]\nname = \"c\"\nkind = \"systemd\"\nunit = \"a b.service\"\ndetectors = []",
    );
    assert_eq!(
        told,
        [
            "line 1: action 1: name: expected the action's name",
            "line 2: action 1: mode: expected one of: auto, approve, two-person, off",
            "line 1: action 1: detectors: expected the detectors whose faults it remedies",
            "line 1: action 1: kind: expected command, http or systemd: no such action is built in",
            "line 5: action \"remediate_vacuum_db\": \"command\": there is no such field; there are name, mode",
            "line 7: action \"remediate_vacuum_db\": name: this action stands here twice",
            "line 9: action 4: name: expected up to 40 small letters, digits and _",
            "line 8: action 4: detectors: expected the detectors whose faults it remedies",
            "line 8: action 4: kind: expected command, http or systemd: no such action is built in",
            &format!(
                "line 14: action \"a\": detectors: expected some of {}",
                detector_names().join(", ")
            ),
            "line 17: action \"a\": timeout: expected a length of time up to 1h, such as 60s or 5m",
            "line 15: action \"a\": env: expected names of variables",
            "line 16: action \"a\": cwd: expected an absolute path",
            "line 13: action \"a\": command: expected a program and up to 100 arguments",
            "line 23: action \"b\": method: expected GET, POST, PUT, PATCH or DELETE",
            "line 21: action \"b\": url: expected an address such as http://127.0.0.1:9090",
            "line 24: action \"b\": headers: \"a b\": expected a header's name and value",
            "line 25: action \"b\": expect: expected numbers from 100 to 599",
            "line 29: action \"c\": unit: expected a unit such as sovani-scheduler.service",
        ]
    );
}
