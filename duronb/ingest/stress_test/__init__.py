"""What Duroxide's stress test prints, and the files of results that its repository keeps."""
