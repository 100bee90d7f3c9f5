-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "reading" BYTEA;
