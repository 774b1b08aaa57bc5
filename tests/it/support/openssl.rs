//! Certificates as people make them: by `openssl`, in a folder of the test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// An authority `root`, as `PostgreSQL`'s documentation makes it.
    pub fn new() -> Self {
        let certificates = Self {
            folder: TempDir::new().unwrap(),
        };
        certificates.authority("root");
        certificates
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `name.crt` and `name.key`: an authority that has signed itself.
    pub fn authority(&self, name: &str) {
        fs::write(
            self.path("authority.cnf"),
            "[req]\ndistinguished_name = dn\n[dn]\n[v3_ca]\nbasicConstraints = critical, CA:true\nsubjectKeyIdentifier = hash\n",
        )
        .unwrap();
        self.request(name, &format!("authority {name}"));
        self.openssl(&format!(
            "x509 -req -in {name}.csr -days 30 -extfile authority.cnf -extensions v3_ca -signkey {name}.key -out {name}.crt"
        ));
    }

    /// An authority that another one has signed.
    pub fn authority_under(&self, name: &str, above: &str) {
        self.request(name, &format!("authority {name}"));
        self.openssl(&format!(
            "x509 -req -in {name}.csr -days 30 -extfile authority.cnf -extensions v3_ca -CA {above}.crt -CAkey {above}.key \
             -CAcreateserial -out {name}.crt"
        ));
    }

    /// A certificate of version 1, which `openssl` makes where nothing is said of extensions.
    pub fn plain(&self, name: &str, common_name: &str, authority: &str) {
        self.request(name, common_name);
        self.openssl(&format!(
            "x509 -req -in {name}.csr -days 30 -CA {authority}.crt -CAkey {authority}.key -CAcreateserial -out {name}.crt"
        ));
    }

    /// A certificate of version 3 with alternative names.
    pub fn named(&self, name: &str, alternative_names: &str, authority: &str) {
        self.request(name, "somebody");
        let extensions = format!("subjectAltName = {alternative_names}\n");
        fs::write(self.path("names.cnf"), extensions).unwrap();
        self.openssl(&format!(
            "x509 -req -in {name}.csr -days 30 -extfile names.cnf -CA {authority}.crt -CAkey {authority}.key \
             -CAcreateserial -out {name}.crt"
        ));
    }

    /// A certificate that has signed itself, as `PostgreSQL`'s documentation makes one in a hurry.
    pub fn self_signed(&self, name: &str, common_name: &str) {
        self.openssl(&format!(
            "req -new -x509 -days 30 -nodes -newkey rsa:2048 -subj /CN={common_name} -keyout {name}.key -out {name}.crt"
        ));
    }

    /// `root.crl`: the certificate is taken back by its authority `root`.
    pub fn revoke(&self, name: &str) {
        let serial = self.openssl(&format!("x509 -in {name}.crt -noout -serial"));
        let serial = serial.trim().trim_start_matches("serial=");
        fs::write(
            self.path("index.txt"),
            format!("R\t401231000000Z\t250101000000Z\t{serial}\tunknown\t/CN=somebody\n"),
        )
        .unwrap();
        fs::write(
            self.path("ca.cnf"),
            "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 30\n\
             crlnumber = crlnumber\ncrl_extensions = list\n[list]\nauthorityKeyIdentifier = keyid\n",
        )
        .unwrap();
        fs::write(self.path("crlnumber"), "01\n").unwrap();
        self.openssl("ca -gencrl -config ca.cnf -keyfile root.key -cert root.crt -out root.crl");
    }

    /// `old.crl`: the same list as one of version 1, which `openssl` makes where nothing is said of extensions.
    pub fn list_of_version_1(&self) {
        let config = fs::read_to_string(self.path("ca.cnf")).unwrap();
        let config = config.replace("crlnumber = crlnumber\ncrl_extensions = list\n", "");
        fs::write(self.path("old.cnf"), config).unwrap();
        self.openssl("ca -gencrl -config old.cnf -keyfile root.key -cert root.crt -out old.crl");
    }

    /// Several files one after another in another one.
    pub fn join(&self, names: &[&str], into: &str) {
        let texts = names
            .iter()
            .map(|name| fs::read_to_string(self.path(name)).unwrap());
        fs::write(self.path(into), texts.collect::<String>()).unwrap();
    }

    fn request(&self, name: &str, common_name: &str) {
        let common_name = common_name.replace(' ', "_");
        self.openssl(&format!(
            "req -new -nodes -newkey rsa:2048 -subj /CN={common_name} -keyout {name}.key -out {name}.csr"
        ));
    }

    fn openssl(&self, arguments: &str) -> String {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .expect("openssl is installed");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}
