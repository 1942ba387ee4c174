"""Reports, and somebody who tries to learn from them who came."""
