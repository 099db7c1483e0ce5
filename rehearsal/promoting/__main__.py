"""``python -m rehearsal.promoting FOLDER ENVIRONMENT``: an organisation, until stdin ends."""

import sys
from pathlib import Path

from rehearsal.promoting.organisation import run

if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
