"""Reading articles out of files, and telling an article's text from what a web page puts around it."""
