-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "document_colours" VARCHAR(64) NOT NULL DEFAULT '';
