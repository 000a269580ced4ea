"""Afternoon Studio in the browser: `python app.py`. What it does is in studio/perimeter/serve.py."""

from studio.perimeter.serve import main

if __name__ == "__main__":
    main()
