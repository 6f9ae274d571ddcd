"""What everything is compared with: Flask that says hello, and nothing else."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Hello."""
    return "Hello"
