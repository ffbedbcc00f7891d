"""Swedish analysis: how the words of pages and of queries meet."""

from indexer.analysis.analyzer import ANALYSIS_VERSION, Analyzer, Joined, Term, question_words

__all__ = ["ANALYSIS_VERSION", "Analyzer", "Joined", "Term", "question_words"]
