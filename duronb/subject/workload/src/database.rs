//! The databases of the stages: in memory, or a file that is removed after its stage.

use crate::arguments::Storage;
use duroxide::provider_stress_tests::parallel_orchestrations::ProviderStressFactory;
use duroxide::providers::sqlite::SqliteProvider;
use duroxide::providers::Provider;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database for one stage. Dropping it removes the file and SQLite's files beside it.
pub struct Database {
    file: Option<PathBuf>,
}

impl Database {
    /// Creates the database. For `Storage::File`, creates an empty file in the temporary directory, because
    /// SqliteProvider does not create missing files.
    pub fn create(storage: Storage, number: usize) -> std::io::Result<Self> {
        let file = match storage {
            Storage::Memory => None,
            Storage::File => {
                let name = format!("duroxide_stress_{}_{number}.db", std::process::id());
                let path = std::env::temp_dir().join(name);
                std::fs::File::create_new(&path)?;
                Some(path)
            }
        };
        Ok(Self { file })
    }
}

#[async_trait::async_trait]
impl ProviderStressFactory for Database {
    async fn create_provider(&self) -> Arc<dyn Provider> {
        let provider = match &self.file {
            None => SqliteProvider::new_in_memory().await,
            Some(path) => SqliteProvider::new(&address(path), None).await,
        };
        // The trait cannot return an error. The panic prints the reason and ends the process with status 101.
        Arc::new(provider.expect("the SQLite provider could not be opened"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(path) = &self.file else { return };
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            let _ = std::fs::remove_file(name);
        }
    }
}

/// Returns a path as a URL for sqlx, in which `?` and `%` have a special meaning and are escaped.
fn address(path: &Path) -> String {
    let mut address = String::from("sqlite:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => address.push(char::from(*byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_escaped_for_its_url() {
        assert_eq!(
            address(Path::new("/tmp/a b?c%é.db")),
            "sqlite:/tmp/a%20b%3Fc%25%C3%A9.db"
        );
    }

    #[tokio::test]
    async fn a_file_database_opens_and_leaves_nothing_behind() {
        let database = Database::create(Storage::File, 77).unwrap();
        let path = database.file.clone().unwrap();
        let provider = database.create_provider().await;
        assert!(path.exists());
        drop(provider);
        drop(database);
        let stem = path.file_name().unwrap().to_string_lossy().into_owned();
        let left: Vec<_> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&stem))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
